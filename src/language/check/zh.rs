//! The check page in Chinese in simplified characters.

use super::*;

pub(in crate::language) static WORDS: CheckWords = CheckWords {
    page_title: "通话检测",
    heading: "在这里能正常通话吗？",
    promise: "本页面会在这个浏览器和当前网络中，逐项检测通话所需的条件。不会呼叫任何人，也不会录制任何内容。",
    needs_javascript: "检测和通话都需要 JavaScript，请为本页面启用它。",
    try_devices: "测试摄像头和麦克风",
    again: "重新检测",
    tone: ToneWords {
        waiting: "尚未检测：",
        busy: "正在检测：",
        good: "正常：",
        warning: "注意：",
        wrong: "异常：",
    },
    browser: BrowserWords {
        title: "浏览器",
        question: "这个浏览器能否通话。",
        good: "具备通话所需的功能：WebRTC 和 WebAssembly。",
        no_webrtc: (
            "它不支持 WebRTC，或者 WebRTC 已被关闭。",
            "请使用新版 Firefox、Chrome、Edge 或 Safari，并检查是否有扩展程序或设置关闭了 WebRTC。",
        ),
    },
    address: AddressWords {
        title: "网址",
        question: "这个网址是否符合浏览器使用摄像头和麦克风的要求。",
        secure: "网址是安全的，符合使用摄像头和麦克风的要求。",
        insecure: (
            "网址不安全，浏览器不会在这里启用摄像头和麦克风。",
            "请用 https:// 开头的网址打开本页面，或者在服务器本机上用 http://localhost 打开。服务器的管理员可以启用 HTTPS。",
        ),
    },
    frame: FrameWords {
        title: "页面嵌入",
        open: "本页面嵌在另一个网页中，那个网页允许它使用摄像头和麦克风。",
        closed: (
            "本页面嵌在另一个网页中，那个网页不允许它使用摄像头或麦克风。",
            "请在单独的标签页中打开本页面。外层网页的作者可以这样写：<iframe allow=\"camera; microphone; display-capture; autoplay\">。",
        ),
    },
    server: ServerWords {
        title: "服务器",
        question: "从这里能否连上服务器。",
        connecting: "正在连接…",
        reached: Template::new("可以连上，建立 WebSocket 连接用了 {} 毫秒。"),
        silent: (
            "服务器没有响应。",
            "请先检查这台设备是否联网。如果已经联网，可能是服务器停止了运行，或者连接在途中被拦截：请换一个网络试试。",
        ),
        no_upgrade: (
            "服务器有响应，但无法建立 WebSocket 连接。",
            "代理必须转发 WebSocket 的升级请求（使用 HTTP/1.1，并传递 Upgrade 和 Connection 标头）。问题可能出在服务器前面的代理，也可能出在你所在网络的代理，可以换一个网络试试。服务器的管理员可以运行 duplex doctor 检查原因。",
        ),
        origin: (
            "服务器把本页面当成了其他服务器的页面。",
            "服务器前面的代理必须原样传递浏览器请求的主机名和端口。服务器的管理员可以运行 duplex doctor 检查原因。",
        ),
        too_many: (
            "服务器暂时不接受来自这里的更多连接。",
            "请关闭其他正在通话的标签页，一分钟后重新检测。如果有很多人共用一个地址，服务器的管理员可以调高 sockets-per-address。",
        ),
        proxy: (
            "响应的是代理，而不是服务器。",
            "代理连不上服务器，服务器的管理员可以在代理的日志中查看原因。",
        ),
    },
    room: RoomWords {
        title: "房间",
        question: "服务器能否让你进入房间。",
        joining: "正在加入一个仅供检测的房间…",
        seated: Template::new("可以进入，加入房间用了 {} 毫秒。"),
        one_way: "有 1 条线路可供通话尝试。",
        several_ways: Template::new("有 {} 条线路可供通话尝试。"),
        silent: (
            "服务器没有响应。",
            "可能是连接被切断，或者服务器负载过高。请重新检测；服务器的管理员可以运行 duplex doctor 检查原因。",
        ),
        too_fast: (
            "服务器没有让你进入：尝试过于频繁。",
            "请过一分钟再重新检测。",
        ),
        closing: (
            "服务器没有让你进入：它即将停止运行。",
            "请过一分钟再重新检测。",
        ),
        unavailable: (
            "服务器没有让你进入：它暂时无法读写房间数据。",
            "请过一分钟再重新检测；如果问题仍然存在，服务器的管理员可以在日志中查看原因。",
        ),
        refused: (
            "服务器没有让你进入。",
            "本页面的版本可能比服务器旧，请重新加载。如果问题仍然存在，服务器的管理员可以在日志中查看原因。",
        ),
    },
    relay: RelayWords {
        title: "中继",
        stun: "STUN",
        udp: "UDP 中继",
        tcp: "TCP 中继",
        tls: "TLS 中继",
        question: "能否连上服务器的中继：双方的网络无法直接互通时需要它。",
        none: (
            "这台服务器没有中继，也没有指定 STUN 或 TURN 服务器。",
            "同一网络内的通话不需要它。要与其他网络通话，可以请服务器的管理员开启中继：turn = true。",
        ),
        colon: "：",
        waiting: "等待检测。",
        trying: "正在尝试…",
        answers: Template::new("{} 毫秒后收到响应。"),
        relays: Template::new("消息往返用了 {} 毫秒。"),
        unreached: "连不上。",
        unclear: "没有收到可用的响应。",
        no_name: "这个主机名不存在。",
        credentials: "中继拒绝了凭据。",
        full: "名额已满。",
        silent: "中继分配了地址，但发往这些地址的数据没有送达。",
        invalid: "浏览器不接受这个地址。",
        open_udp: Template::new(
            "多半是防火墙拦截了 UDP，可能是你所在网络的防火墙，也可能是服务器的。请换一个网络重新检测，比如手机流量；如果结果一样，就需要服务器的管理员开放 UDP 端口 {}。",
        ),
        open_tcp: Template::new(
            "多半是防火墙拦截了 TCP，可能是你所在网络的防火墙，也可能是服务器的。请换一个网络重新检测，比如手机流量；如果结果一样，就需要服务器的管理员开放 TCP 端口 {}。",
        ),
        or_refused: "也可能是中继拒绝了凭据，在服务器上运行 duplex doctor 可以查明。",
        mend_name: "需要服务器的管理员更正主机名：turn-host 或 ice-servers。",
        mend_credentials: "需要服务器的管理员检查：turn-secret 必须与中继的密钥一致，两台服务器的时钟也必须准确。",
        make_room: "请稍后重新检测。服务器的管理员可以调高 turn-allocations 和 turn-allocations-per-peer，或者 coturn 的相应设置。",
        ask_doctor: "服务器的管理员可以运行 duplex doctor 检查原因。如果使用 coturn，请检查 allowed-peer-ip 和 external-ip。",
        mend_address: "需要服务器的管理员更正地址：turn-host 或 ice-servers。",
    },
    device: DeviceTrialWords {
        microphone: "麦克风",
        camera: "摄像头",
        question: "是否有可用的设备。",
        asking: "如果浏览器弹出询问，请选择“允许”。",
        works: "工作正常。",
        named_works: Template::new("工作正常：{}。"),
        allowed: ("已找到，本页面可以使用。", "可以按下方的按钮测试。"),
        unasked: (
            "已找到，使用前浏览器会先询问你。",
            "按下方的按钮，浏览器就会询问。",
        ),
        missing: (
            "没有找到。",
            "请接上设备，或者检查它是否被系统设置或设备上的开关关闭了。没有它也能通话。",
        ),
        insecure: ("浏览器不会在这个网址下启用它。", "请看上方关于网址的说明。"),
        framed: (
            "外层网页不允许本页面使用。",
            "请在单独的标签页中打开本页面。",
        ),
        denied: (
            "浏览器不允许使用。",
            "请点击网址左侧的图标，选择允许，然后按下方的按钮测试。",
        ),
        dismissed: (
            "浏览器的询问被关闭了，没有作出选择。",
            "请再试一次，并选择“允许”。",
        ),
        system: (
            "系统不允许浏览器使用。",
            "请在系统设置的“隐私”中允许浏览器使用，然后重新启动浏览器。",
        ),
        in_use: (
            "现在无法使用。",
            "可能正被其他程序占用：请关闭那个程序，或者重新插拔设备，然后再试一次。",
        ),
    },
    verdict: CheckVerdictWords {
        unchecked: (
            "尚未检测",
            "检测会自动开始。如果几秒钟后这里仍没有变化，说明本页面的 WebAssembly 被阻止了：可能是因为浏览器的设置、扩展程序或者网络。",
        ),
        no_webrtc: "这个浏览器无法通话",
        no_server: "从这里无法开始通话：连不上服务器",
        no_seat: "现在无法从这里开始通话：服务器不让任何人进入房间",
        busy: "仍在检测…",
        no_relay: (
            "在这里大多数通话都能接通，但并非全部",
            "没有中继：如果双方的网络都很严格，比如公司网络和手机网络，就找不到通往对方的线路。",
        ),
        neither_stun_nor_relay: (
            "同一网络内可以通话，跨网络则不一定",
            "双方的网络无法直接互通时需要中继，而这里没有中继。",
        ),
        relay_fails: (
            "只有双方的网络直接互通时才能通话，比如在同一网络内",
            "其他情况都需要中继，而这里没有可用的中继。",
        ),
        only_websites: (
            "在这里可以通话，但在只允许访问网站的网络中不行",
            "在那样的网络中需要 TLS 中继。",
        ),
        works: "在这里可以正常通话",
        not_all: "不过，这台服务器提供的线路并非都能连上，详见上方。",
        blocks_udp: (
            "在这里可以通话，但在屏蔽 UDP 的网络中不行",
            "在那样的网络中需要 TCP 或 TLS 中继。",
        ),
        only_tcp: (
            "在这里可以通话，但可能不够流畅",
            "通过 UDP 连不上中继。通过 TCP 传输时，途中丢失的数据会拖慢后面的数据，声音和画面可能卡顿。",
        ),
        neither_heard_nor_seen: "对方将听不到也看不到你，详见上方。",
        not_heard: "对方将听不到你，详见上方。",
        not_seen: "对方将看不到你，详见上方。",
    },
};
