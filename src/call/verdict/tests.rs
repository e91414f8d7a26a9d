use super::*;
use crate::protocol::Report;

fn judged(count: usize, reading: Reading, rung: (Rung, Option<Cause>)) -> Verdict {
    judge(&Evidence {
        link: Link::Connected,
        readings: &vec![reading; count],
        rung,
        sends: (true, true),
    })
}

const TOP: (Rung, Option<Cause>) = (Rung::Full, None);

fn reading(change: impl FnOnce(&mut Reading)) -> Reading {
    let mut reading = Reading::default();
    change(&mut reading);
    reading
}

#[test]
fn a_good_way_is_not_worth_a_word() {
    let good = reading(|reading| reading.round_trip = Some(80.0));
    assert_eq!(judged(5, good, TOP), Verdict::Good);
}

#[test]
fn the_side_that_loses_is_named() {
    let up = reading(|reading| reading.outgoing.loss = 0.118);
    assert_eq!(judged(5, up, TOP), Verdict::UploadLoss(10));
    let down = reading(|reading| reading.incoming.loss = 0.21);
    assert_eq!(judged(5, down, TOP), Verdict::DownloadLoss(20));
    // Two seconds are too early.
    assert_eq!(judged(2, down, TOP), Verdict::Good);
}

#[test]
fn who_is_silent_or_frozen_over_there_learns_it() {
    let there = |hears, frames| {
        reading(|reading| {
            reading.outgoing.frames = 30.0;
            reading.there = Some(Report {
                hears,
                frames,
                loss: 0,
                concealed: 0,
                most: None,
            });
        })
    };
    assert_eq!(judged(5, there(false, 0), TOP), Verdict::Unheard);
    assert_eq!(judged(5, there(true, 0), TOP), Verdict::Frozen);
    assert_eq!(judged(5, there(true, 20), TOP), Verdict::Good);
    let muted = judge(&Evidence {
        link: Link::Connected,
        readings: &[there(false, 0); 5],
        rung: TOP,
        sends: (false, false),
    });
    assert_eq!(muted, Verdict::Good);
}

#[test]
fn a_smaller_picture_has_its_reason() {
    let narrow = reading(|reading| reading.available = Some(263_000.0));
    let at = |cause| judged(5, narrow, (Rung::Low, Some(cause)));
    assert_eq!(at(Cause::Bandwidth), Verdict::SlowUpload(250));
    assert_eq!(at(Cause::Limit), Verdict::Limited);
    assert_eq!(at(Cause::Delay), Verdict::Late);
}

#[test]
fn where_nothing_comes_through_the_notice_says_so() {
    let verdict = judge(&Evidence {
        link: Link::Interrupted,
        readings: &[reading(|reading| reading.incoming.loss = 1.0); 5],
        rung: TOP,
        sends: (true, true),
    });
    assert_eq!(verdict, Verdict::Good);
}
