//! How good the call is, in words and in graphs of the last five minutes.

mod graph;

use leptos::prelude::*;

use self::graph::{HEIGHT, Point, Summary, WIDTH, line, summary, top};
use super::{Inside, notice::remark};
use crate::{
    call::{Path, Reading, Statistics, Transport},
    language::StatisticsWords,
    protocol::PeerId,
};

/// What a graph shows: of what came and, where there are two, of what was sent.
struct Graph {
    /// Its title and unit, by their place among the words.
    which: usize,
    /// Its top is never below this.
    least: f64,
    lines: [fn(&Reading) -> Option<f64>; 2],
}

const KILO: f64 = 1_000.0;

/// All of them, in the order of their words.
const GRAPHS: [Graph; 5] = [
    Graph {
        which: 0,
        least: 100.0,
        lines: [
            |reading| Some((reading.incoming.audio_bits + reading.incoming.video_bits) / KILO),
            |reading| Some((reading.outgoing.audio_bits + reading.outgoing.video_bits) / KILO),
        ],
    },
    Graph {
        which: 1,
        least: 5.0,
        lines: [
            |reading| Some(reading.incoming.loss * 100.0),
            |reading| Some(reading.outgoing.loss * 100.0),
        ],
    },
    Graph {
        which: 2,
        least: 50.0,
        lines: [|reading| reading.round_trip, |_| None],
    },
    Graph {
        which: 3,
        least: 30.0,
        lines: [
            |reading| Some(reading.incoming.frames),
            |reading| Some(reading.outgoing.frames),
        ],
    },
    Graph {
        which: 4,
        least: 720.0,
        lines: [
            |reading| Some(f64::from(reading.incoming.height)),
            |reading| Some(f64::from(reading.outgoing.height)),
        ],
    },
];

/// One part for each of the others.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.statistics;
    let ids = move || {
        let all = inside.call.statistics.read();
        all.iter().map(|one| one.peer.clone()).collect::<Vec<_>>()
    };
    let nothing = move || ids().is_empty().then_some(words.nothing);
    let export = move |_| inside.call.export_statistics();
    view! {
        <div class="statistics">
            <p>{nothing}</p>
            <For each=ids key=Clone::clone children=move |id| peer(inside, id) />
            <button class="button" on:click=export>
                {words.export}
            </button>
        </div>
    }
    .into_any()
}

fn peer(inside: Inside, id: PeerId) -> AnyView {
    let words = &inside.words.statistics;
    let verdicts = &inside.words.verdict;
    let peer = StoredValue::new(id);
    let name = Memo::new(move |_| inside.name_of(&peer.read_value()));
    let verdict = Memo::new(move |_| {
        let peers = inside.call.peers.read();
        let id = peer.read_value();
        let verdict = peers.iter().find(|peer| peer.id == *id);
        verdict.map(|peer| peer.verdict).unwrap_or_default()
    });
    let said = move || {
        let said = remark(verdicts, verdict.get());
        if said.is_empty() {
            words.good.to_owned()
        } else {
            said
        }
    };
    let of = move |read: &dyn Fn(&Statistics) -> String| {
        let all = inside.call.statistics.read();
        let id = peer.read_value();
        all.iter()
            .find(|one| one.peer == *id)
            .map(read)
            .unwrap_or_default()
    };
    let way = move || {
        of(&|one: &Statistics| {
            let path = one.readings.back().and_then(|reading| reading.path);
            way(words, path)
        })
    };
    let figure = move |graph: &'static Graph| {
        let drawn = move |which: usize| {
            of(&|one: &Statistics| {
                let points = graph.points(one, which);
                line(&points, graph.top(one))
            })
        };
        let scale = move || of(&|one: &Statistics| graph.scale(words, one));
        let text = move || of(&|one: &Statistics| graph.text(words, one));
        view! {
            <figure class="graph">
                <figcaption class="graph-title">
                    {words.titles[graph.which]} <span class="graph-scale">{scale}</span>
                </figcaption>
                <svg
                    class="graph-lines"
                    viewBox=format!("0 -2 {WIDTH} {}", HEIGHT + 4.0)
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=words.titles[graph.which]
                >
                    <path class="graph-came" d=move || drawn(0)></path>
                    <path class="graph-went" d=move || drawn(1)></path>
                </svg>
                <p class="graph-text">{text}</p>
            </figure>
        }
    };
    view! {
        <section class="statistics-peer" aria-label=move || name.get()>
            <h3 class="identity-name">{move || name.get()}</h3>
            <p role="status">{said}</p>
            <p class="graph-text">{way}</p>
            <p class="graph-key">
                <span class="graph-key-came">{words.came}</span>
                <span class="graph-key-went">{words.went}</span>
            </p>
            {GRAPHS.iter().map(figure).collect_view()}
        </section>
    }
    .into_any()
}

/// How the packets travel.
fn way(words: &StatisticsWords, path: Option<Path>) -> String {
    let Some(Path { relayed, transport }) = path else {
        return words.no_path.to_owned();
    };
    let over = match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
        Transport::Tls => "TLS",
        Transport::Unknown => "?",
    };
    let text = if relayed { words.relayed } else { words.direct };
    text.with(over)
}

impl Graph {
    /// The newest last.
    fn points(&self, of: &Statistics, line: usize) -> Vec<Point> {
        let now = of.readings.back().map_or(0, |reading| reading.time);
        let point = |reading: &Reading| {
            let ago = now.saturating_sub(reading.time) as f64 / 1_000.0;
            Some((ago, self.lines[line](reading)?))
        };
        of.readings.iter().filter_map(point).collect()
    }

    fn top(&self, of: &Statistics) -> f64 {
        let both = [0, 1].map(|line| summary(&self.points(of, line)));
        let most = both.iter().flatten().map(|line| line.most);
        top(most.fold(0.0, f64::max), self.least)
    }

    /// What the upper edge stands for.
    fn scale(&self, words: &StatisticsWords, of: &Statistics) -> String {
        format!("0–{} {}", self.top(of), words.units[self.which])
    }

    /// The graph in words.
    fn text(&self, words: &StatisticsWords, of: &Statistics) -> String {
        let unit = words.units[self.which];
        let say = |line: usize, name: &str| {
            let Summary { now, least, most } = summary(&self.points(of, line))?;
            Some(format!(
                "{name} {now:.0} {unit}, {} {least:.0}, {} {most:.0}.",
                words.least, words.most
            ))
        };
        // There is only one round trip.
        let first = if self.which == 2 {
            words.now
        } else {
            words.came
        };
        let lines = [say(0, first), say(1, words.went)];
        lines.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
