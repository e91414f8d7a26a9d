const show = () => { document.documentElement.dataset.state = navigator.onLine ? "online" : "offline"; };
const again = () => location.reload();
addEventListener("online", again);
addEventListener("offline", show);
for (const link of document.querySelectorAll("a")) link.addEventListener("click", (event) => { event.preventDefault(); again(); });
if (navigator.languages.find((it) => /^(en|zh)/.test(it))?.startsWith("zh")) document.querySelector("main").prepend(document.querySelector("[lang=zh-CN]"));
show();
