use serde_json::{Value, json};

use super::*;

/// What Chromium says of a call, after so many seconds of one that sends 100 packets and 30 pictures
/// a second and loses a tenth of what comes.
fn report(seconds: u32) -> Value {
    json!([
        {"id": "A", "type": "inbound-rtp", "kind": "audio", "bytesReceived": 4_000 * seconds,
         "packetsReceived": 45 * seconds, "packetsLost": 5 * seconds,
         "totalSamplesReceived": 48_000 * seconds, "concealedSamples": 2_400 * seconds, "jitter": 0.004},
        {"id": "V", "type": "inbound-rtp", "kind": "video", "bytesReceived": 100_000 * seconds,
         "packetsReceived": 45 * seconds, "packetsLost": 5 * seconds,
         "framesDecoded": 30 * seconds, "frameWidth": 640, "frameHeight": 480},
        {"id": "OA", "type": "outbound-rtp", "kind": "audio", "bytesSent": 5_000 * seconds},
        {"id": "OV", "type": "outbound-rtp", "kind": "video", "bytesSent": 50_000 * seconds,
         "framesEncoded": 15 * seconds, "frameWidth": 320, "frameHeight": 240,
         "qualityLimitationReason": "bandwidth"},
        {"id": "R", "type": "remote-inbound-rtp", "kind": "video", "timestamp": 1_000 * seconds.min(2), "fractionLost": 0.12, "roundTripTime": 0.08},
        {"id": "T", "type": "transport", "selectedCandidatePairId": "P"},
        {"id": "P", "type": "candidate-pair", "availableOutgoingBitrate": 400_000.5,
         "currentRoundTripTime": 0.07, "localCandidateId": "L", "remoteCandidateId": "E"},
        {"id": "L", "type": "local-candidate", "candidateType": "relay", "protocol": "udp", "relayProtocol": "tcp"},
        {"id": "E", "type": "remote-candidate", "candidateType": "srflx", "protocol": "udp"},
    ])
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn two_reports_make_a_reading() {
    let mut sampler = Sampler::default();
    assert_eq!(sampler.read(&report(1).to_string(), 1_000.0), None);
    let reading = sampler
        .read(&report(3).to_string(), 3_000.0)
        .expect("there is one to compare with");
    assert_eq!(reading.time, 3_000);
    assert!(near(reading.incoming.audio_bits, 32_000.0));
    assert!(near(reading.incoming.video_bits, 800_000.0));
    assert!(near(reading.incoming.loss, 0.1));
    assert!(near(reading.incoming.concealed, 0.05));
    assert!(near(reading.incoming.frames, 30.0));
    assert_eq!(
        (reading.incoming.width, reading.incoming.height),
        (640, 480)
    );
    assert!(near(reading.outgoing.audio_bits, 40_000.0));
    assert!(near(reading.outgoing.frames, 15.0));
    assert!(near(reading.outgoing.loss, 0.12));
    assert_eq!(reading.round_trip, Some(80.0));
    assert_eq!(reading.available, Some(400_000.5));
    assert_eq!(reading.limited_by, Limitation::Bandwidth);
    let path = reading.path.expect("the pair is named");
    assert_eq!((path.relayed, path.transport), (true, Transport::Tcp));
    let told = reading.report(None);
    assert_eq!(
        (told.hears, told.frames, told.loss, told.concealed),
        (true, 30, 10, 5)
    );
}

#[test]
fn firefox_marks_the_pair_and_has_no_estimate() {
    let mut entries = report(1);
    let list = entries.as_array_mut().expect("a list");
    list.retain(|entry| entry["type"] != "transport");
    for entry in list.iter_mut().filter(|entry| entry["id"] == "P") {
        *entry = json!({"id": "P", "type": "candidate-pair", "selected": true,
            "localCandidateId": "E", "remoteCandidateId": "E"});
    }
    let mut sampler = Sampler::default();
    sampler.read(&entries.to_string(), 0.0);
    let reading = sampler
        .read(&entries.to_string(), 1_000.0)
        .expect("the second");
    assert_eq!(reading.available, None);
    assert_eq!(reading.path.map(|path| path.relayed), Some(false));
    assert!(!reading.report(Some(7)).hears);
}

#[test]
fn what_makes_no_sense_is_skipped() {
    let mut sampler = Sampler::default();
    assert_eq!(sampler.read("nothing", 0.0), None);
    assert_eq!(sampler.read("[]", 0.0), None);
    // No time in between.
    assert_eq!(sampler.read(&report(1).to_string(), 0.0), None);
    // Counters that began anew.
    assert_eq!(sampler.read("[]", 1_000.0), None);
    assert!(sampler.read("[]", 2_000.0).is_some());
}

#[test]
fn five_minutes_are_kept() {
    let mut statistics = Statistics::of(serde_json::from_value(json!("someone")).expect("an id"));
    for time in 0..400 {
        statistics.push(Reading {
            time,
            ..Reading::default()
        });
    }
    assert_eq!(statistics.readings.len(), 300);
    assert_eq!(
        statistics.readings.front().map(|reading| reading.time),
        Some(100)
    );
}

#[test]
fn the_time_without_an_answer_grows() {
    let mut sampler = Sampler::default();
    let times = [1, 2, 3, 4].map(|seconds| {
        let reading = sampler.read(&report(seconds).to_string(), 1_000.0 * f64::from(seconds));
        reading.map(|reading| reading.unanswered)
    });
    // The peer's browser has said nothing since the second report.
    assert_eq!(times, [None, Some(0.0), Some(1_000.0), Some(2_000.0)]);
}
