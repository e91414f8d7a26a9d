//! Two chats with a network between them that loses, repeats and reorders, and pages that are loaded again.

use proptest::prelude::*;

use super::*;

fn id(bits: u8) -> PeerId {
    PeerId::from_random([bits; 16])
}

/// A page, and who it is.
struct Page {
    id: PeerId,
    chat: Chat,
}

impl Page {
    fn new(bits: u8) -> Self {
        Self {
            id: id(bits),
            chat: Chat::new(u32::from(bits)),
        }
    }

    /// What a storage gives back.
    fn reload(&mut self) {
        let keep = |value| serde_json::to_string(&value);
        let outline = serde_json::to_string(self.chat.outline()).unwrap();
        let lines: Vec<_> = self.chat.lines().iter().map(keep).collect();
        self.chat = Chat::restore(
            serde_json::from_str(&outline).unwrap(),
            lines
                .into_iter()
                .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
                .collect(),
        );
    }

    /// The storage had no room for what came last.
    fn forget_heard(&mut self) {
        while self
            .chat
            .lines
            .pop_back_if(|line| line.from.is_some())
            .is_some()
        {}
    }

    /// What it has of others, or of its own.
    fn texts(&self, own: bool) -> Vec<String> {
        let lines = self.chat.lines().iter();
        let lines = lines.filter(|line| line.from.is_none() == own);
        lines.map(|line| line.text.to_string()).collect()
    }

    fn take(&mut self, from: &PeerId, talk: Talk, date: Millis) -> Option<Talk> {
        match talk {
            Talk::Chat {
                log,
                since,
                after,
                messages,
            } => self.chat.take(from, log, (since, after), messages, date),
            Talk::ChatHeard { log, last } => {
                self.chat.heard(from, log, last);
                None
            }
            _ => None,
        }
    }
}

struct World {
    pages: [Page; 2],
    /// What travels, and to which of them.
    network: Vec<(usize, Talk)>,
    now: Millis,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Say(usize, usize),
    Look(usize),
    Hurry(usize),
    Arrive(prop::sample::Index),
    Repeat(prop::sample::Index),
    Lose(prop::sample::Index),
    Reload(usize),
    Forget(usize),
    Wait(Millis),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (0..2_usize, 1..20_usize).prop_map(|(who, length)| Step::Say(who, length)),
        4 => (0..2_usize).prop_map(Step::Look),
        1 => (0..2_usize).prop_map(Step::Hurry),
        4 => index().prop_map(Step::Arrive),
        2 => index().prop_map(Step::Repeat),
        2 => index().prop_map(Step::Lose),
        1 => (0..2_usize).prop_map(Step::Reload),
        1 => (0..2_usize).prop_map(Step::Forget),
        4 => (0..5_000_u64).prop_map(Step::Wait),
    ]
}

impl World {
    fn new() -> Self {
        let mut pages = [Page::new(0), Page::new(1)];
        let ids = [pages[1].id.clone(), pages[0].id.clone()];
        for (page, other) in pages.iter_mut().zip(ids) {
            page.chat.came(&other);
        }
        Self {
            pages,
            network: Vec::new(),
            now: 1_000,
        }
    }

    fn arrive(&mut self, (to, talk): (usize, Talk)) {
        let from = self.pages[1 - to].id.clone();
        if let Some(answer) = self.pages[to].take(&from, talk, self.now) {
            self.network.push((1 - to, answer));
        }
    }

    fn look(&mut self, who: usize) {
        let other = self.pages[1 - who].id.clone();
        if let Some(talk) = self.pages[who].chat.due(&other, self.now, self.now) {
            self.network.push((1 - who, talk));
        }
    }

    fn go(&mut self, step: Step) {
        let has_network = !self.network.is_empty();
        match step {
            Step::Say(who, length) => {
                let count = self.pages[who].texts(true).len();
                let text = format!("{who} {count} {}", "x".repeat(length * 1_000));
                self.pages[who].chat.say(&text, self.now);
            }
            Step::Look(who) => self.look(who),
            Step::Hurry(who) => {
                let other = self.pages[1 - who].id.clone();
                self.pages[who].chat.hurry(&other);
            }
            Step::Arrive(index) if has_network => {
                let one = self.network.remove(index.index(self.network.len()));
                self.arrive(one);
            }
            Step::Repeat(index) if has_network => {
                let one = self.network[index.index(self.network.len())].clone();
                self.network.push(one);
            }
            Step::Lose(index) if has_network => {
                self.network.remove(index.index(self.network.len()));
            }
            Step::Arrive(_) | Step::Repeat(_) | Step::Lose(_) => {}
            Step::Reload(who) => self.pages[who].reload(),
            Step::Forget(who) => {
                self.pages[who].forget_heard();
                self.pages[who].reload();
            }
            Step::Wait(time) => self.now += time,
        }
    }

    /// Nothing is in the way any more.
    fn settle(&mut self) {
        self.go(Step::Hurry(0));
        self.go(Step::Hurry(1));
        for _ in 0..1_000 {
            while !self.network.is_empty() {
                let one = self.network.remove(0);
                self.arrive(one);
            }
            self.now += PATIENCE;
            self.look(0);
            self.look(1);
            if self.network.is_empty() {
                return;
            }
        }
    }

    fn is_complete(&self) -> bool {
        let [a, b] = &self.pages;
        a.texts(true) == b.texts(false) && b.texts(true) == a.texts(false)
    }
}

proptest! {
    #[test]
    fn each_message_arrives_once_and_in_order(steps in prop::collection::vec(step(), 0..200)) {
        let mut world = World::new();
        for step in steps {
            world.go(step);
            for (one, other) in [(0, 1), (1, 0)] {
                // At any time the other has a beginning of what one said.
                let (said, heard) = (world.pages[one].texts(true), world.pages[other].texts(false));
                prop_assert!(said.starts_with(&heard), "{said:?} {heard:?}");
            }
        }
        world.settle();
        prop_assert!(world.is_complete());
        for Page { chat, .. } in &world.pages {
            for line in chat.lines().iter().filter(|line| line.from.is_none()) {
                prop_assert_eq!(chat.marks().of(line.number), Mark::Delivered);
            }
        }
    }

    #[test]
    fn nothing_that_a_peer_says_breaks_the_chat(
        batches in prop::collection::vec(
            (any::<(u32, u64, u64, u64)>(), prop::collection::vec(any::<(u64, u32, String)>(), 0..4)),
            0..40,
        )
    ) {
        let mut page = Page::new(0);
        let other = id(1);
        page.chat.came(&other);
        for ((log, since, after, last), messages) in batches {
            let messages = messages
                .into_iter()
                .map(|(number, ago, text)| ChatMessage { number, ago, text })
                .collect();
            page.chat.take(&other, log, (since, after), messages, 0);
            page.chat.heard(&other, log, last);
            page.chat.heard(&other, 0, last);
            page.chat.say("x", 5);
            page.chat.due(&other, 0, 0);
        }
    }
}

#[test]
fn who_comes_later_is_not_told_what_was_said_before() {
    let mut page = Page::new(0);
    let (early, late) = (id(1), id(2));
    page.chat.came(&early);
    page.chat.say("before", 10);
    page.chat.came(&late);
    assert_eq!(page.chat.due(&late, 0, 10), None);
    page.chat.say("after", 20);
    let Some(Talk::Chat {
        since, messages, ..
    }) = page.chat.due(&late, 0, 30)
    else {
        unreachable!()
    };
    assert_eq!((since, messages.len()), (10, 1));
    assert_eq!((messages[0].text.as_str(), messages[0].ago), ("after", 10));
}

#[test]
fn a_message_is_delivered_when_all_who_are_there_have_it() {
    let mut page = Page::new(0);
    let (one, two) = (id(1), id(2));
    page.chat.came(&one);
    page.chat.came(&two);
    page.chat.say("hello", 10);
    page.chat.heard(&one, 0, 10);
    assert_eq!(page.chat.marks().of(10), Mark::Sending);
    page.chat.left(&two);
    assert_eq!(page.chat.marks().of(10), Mark::Delivered);
    page.chat.say("still there?", 20);
    page.chat.left(&one);
    assert_eq!(page.chat.marks().of(10), Mark::Delivered);
    assert_eq!(page.chat.marks().of(20), Mark::Lost);
    page.chat.came(&two);
    page.chat.say("welcome", 30);
    page.chat.heard(&two, 0, 30);
    assert_eq!(page.chat.marks().of(20), Mark::Lost);
    assert_eq!(page.chat.marks().of(30), Mark::Delivered);
}

#[test]
fn an_old_memory_loses_nothing() {
    let mut world = World::new();
    world.pages[0].chat.say("one", 1_000);
    world.settle();
    // A tab is copied here, and what it says later is not in the copy.
    let old = Chat::restore(
        world.pages[0].chat.outline().clone(),
        world.pages[0].chat.lines().iter().cloned().collect(),
    );
    let now = world.now;
    world.pages[0].chat.say("two", now);
    world.settle();
    world.pages[0].chat = old;
    let now = world.now;
    world.pages[0].chat.say("three", now);
    world.pages[1].chat.say("four", now);
    world.settle();
    assert_eq!(world.pages[1].texts(false), ["one", "two", "three"]);
    assert_eq!(world.pages[0].texts(false), ["four"]);
}

#[test]
fn a_batch_fits_into_an_event() {
    let mut page = Page::new(0);
    let other = id(1);
    page.chat.came(&other);
    for n in 0..100 {
        page.chat.say(&"\u{1}\u{1F600}".repeat(4_000), n);
    }
    let mut now = 0;
    for _ in 0..100 {
        now += PATIENCE;
        let Some(talk @ Talk::Chat { .. }) = page.chat.due(&other, now, 0) else {
            break;
        };
        assert!(serde_json::to_string(&talk).unwrap().len() < 60 * 1024);
        let Talk::Chat { messages, .. } = talk else {
            unreachable!()
        };
        page.chat.heard(&other, 0, messages.last().unwrap().number);
    }
    assert_eq!(page.chat.marks().of(99), Mark::Delivered);
}

#[test]
fn the_oldest_lines_go_when_there_are_too_many() {
    let mut page = Page::new(0);
    for n in 0..MOST_LINES as u64 + 10 {
        page.chat.say("x", n);
    }
    assert_eq!(page.chat.lines().len(), MOST_LINES);
    assert_eq!(page.chat.outline().first, 10);
    assert_eq!(page.chat.lines()[0].index, 10);
}
