//! Advisories on socket.io-parser: the packets.

use futures::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use super::Scene;
use crate::{Client, Fate, common::polling::Polling};

/// socket.io-parser before 3.3.2 and 3.4.1 read the number of attachments, the namespace and the
/// id of an acknowledgement by appending one character after the other to a string: a packet of
/// 100 MB of digits ended in "JavaScript heap out of memory".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2020_36049_a_huge_packet() {
    let mut scene = Scene::start("cve-2020-36049").await;
    for length in [200_000, 50_000_000] {
        for start in ["42", "45", "42/", "43", "42[\""] {
            let mut bad = Client::connect(scene.server.address).await;
            let packet = format!("{start}{}", "1".repeat(length));
            bad.stream.send(Message::text(packet)).await.ok();
            let fate = bad.fate().await;
            // A namespace that is not there is passed over, if the packet is not too large.
            let is_passed_over = start == "42/" && length < 1_000_000;
            let told = fate == Fate::Refused("too-large".to_owned());
            assert!(
                fate == Fate::Closed || told || is_passed_over,
                "{start}: {fate:?}"
            );
            scene.is_unharmed(start).await;
        }
    }
}

/// socket.io-parser before 4.0.5 and 4.2.1 took any value as the number of a placeholder:
/// `"num":"splice"` put a function of the array of attachments into the event.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2022_2421_a_placeholder_that_is_no_number() {
    let mut scene = Scene::start("cve-2022-2421").await;
    for num in [
        r#""splice""#,
        r#""length""#,
        "-1",
        "1e99",
        "null",
        "[0]",
        r#"{"valueOf":1}"#,
        "1",
    ] {
        let mut bad = Client::connect(scene.server.address).await;
        bad.join("r").await;
        bad.send(&format!(
            r#"451-["message","r",{{"_placeholder":true,"num":{num}}}]"#
        ))
        .await;
        bad.stream
            .send(Message::binary(vec![1, 2, 3]))
            .await
            .expect("the server reads");
        assert_eq!(
            bad.fate().await,
            Fate::Refused("invalid-message".to_owned()),
            "{num}"
        );
        bad.emit(serde_json::json!(["leave", "r"])).await;
        assert_eq!(bad.event().await[0], "leaved");
        scene.is_unharmed(num).await;
    }
}

/// socket.io-parser 3.4.0 to 4.2.2 took anything as the name of an event: an object whose
/// `toString` is no function ended the process ("Cannot convert object to primitive value").
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2023_32695_an_event_name_that_is_an_object() {
    let mut scene = Scene::start("cve-2023-32695").await;
    for packet in [
        r#"42[{"toString":"foo"}]"#,
        r#"42[{"toString":"foo"},"r"]"#,
        "42[[]]",
        "42[null]",
        "42[true]",
        r#"451-[{"toString":"foo"}]"#,
        r#"42["connect"]"#,
        r#"42["disconnecting"]"#,
        r#"42["newListener"]"#,
        r#"42["error"]"#,
        "40[]",
        "40 7",
        "41[]",
        "44{}",
    ] {
        let mut bad = Client::connect(scene.server.address).await;
        bad.send(packet).await;
        bad.fate().await;
        let bad = Polling::connect(scene.server.address).await;
        bad.post(packet).await;
        scene.is_unharmed(packet).await;
    }
}

/// socket.io-parser before 3.3.5, 3.4.4 and 4.2.6 waited for as many attachments as a packet
/// announced, without a limit, and kept what came in the meantime.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2026_33151_attachments_without_end() {
    let mut scene = Scene::start("cve-2026-33151").await;
    for count in ["1000000", "10000", "18446744073709551615"] {
        let header = format!(r#"45{count}-["message","r",{{"_placeholder":true,"num":0}}]"#);
        // Each may keep what one message may have, so that many together have no more than many
        // honest ones.
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut bad = Client::connect(scene.server.address).await;
            bad.send(&header).await;
            for _ in 0..200 {
                if bad
                    .stream
                    .send(Message::binary(vec![0; 50_000]))
                    .await
                    .is_err()
                {
                    break;
                }
            }
            all.push(bad);
        }
        scene.is_unharmed(count).await;
        for mut bad in all {
            assert_eq!(bad.fate().await, Fate::Closed, "{count}");
        }
    }
}

/// socket.io-parser before 3.3.6, 3.4.5 and 4.2.7: a binary packet that announces no attachments
/// at all was never complete, and whatever came after it was kept for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2026_69185_zero_attachments() {
    let mut scene = Scene::start("cve-2026-69185").await;
    for header in [
        r#"450-["message","r"]"#,
        "450-[]",
        r#"460-7["x"]"#,
        r#"4500-["message","r"]"#,
    ] {
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut bad = Client::connect(scene.server.address).await;
            bad.send(header).await;
            for _ in 0..200 {
                if bad
                    .stream
                    .send(Message::binary(vec![0; 50_000]))
                    .await
                    .is_err()
                {
                    break;
                }
            }
            all.push(bad);
        }
        scene.is_unharmed(header).await;
        for mut bad in all {
            // The first attachment belongs to nothing.
            assert_eq!(bad.fate().await, Fate::Closed, "{header}");
        }
    }
}
