use std::{net::Ipv4Addr, sync::Arc};

use axum::{Router, extract::ConnectInfo, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::Instant,
};

use super::*;
use crate::{
    server::turn::Settings as TurnSettings,
    settings::{CertificateSource, Settings},
};

/// Who asks, as the web server knows it.
async fn who(ConnectInfo(client): ConnectInfo<SocketAddr>) -> String {
    client.to_string()
}

/// A port that takes everything.
async fn port(tls: Option<Tls>, settings: Settings) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let web = Web::new(Router::new().route("/", get(who)));
    let port = Port {
        newcomers: Newcomers::new(Arc::new(settings)),
        relay: Some(Turn::new(TurnSettings {
            relayed: vec![Ipv4Addr::LOCALHOST.into()],
            ..TurnSettings::default()
        })),
        encrypted: tls.is_some().then(|| web.clone()),
        tls,
        plain: Some(web),
    };
    tokio::spawn(port.accept(listener));
    Ok(address)
}

/// A folder of its own, and what is served with the certificate in it.
fn tls(name: &str) -> Result<Option<Tls>> {
    let state_dir = std::env::temp_dir().join(format!("duplex-{name}-{}", std::process::id()));
    let settings = Settings {
        https: CertificateSource::SelfSigned,
        state_dir: state_dir.clone(),
        ..Settings::default()
    };
    let tls = Tls::start(&settings);
    std::fs::remove_dir_all(state_dir).ok();
    tls
}

/// How long it takes until the other side closes; an hour is too long.
async fn closed(mut stream: TcpStream) -> Result<Duration> {
    let start = Instant::now();
    let mut rest = Vec::new();
    timeout(Duration::from_secs(3_600), stream.read_to_end(&mut rest)).await??;
    Ok(start.elapsed())
}

#[tokio::test]
async fn one_port_takes_pages_and_the_relay() -> Result<()> {
    let address = port(None, Settings::default()).await?;
    // Neither waits for one who says nothing.
    let _silent = TcpStream::connect(address).await?;

    let mut page = TcpStream::connect(address).await?;
    let client = page.local_addr()?;
    page.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    page.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with(&format!("\r\n\r\n{client}")), "{answer}");

    let mut stun = TcpStream::connect(address).await?;
    // A Binding request (RFC 8489, section 5).
    let mut request = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    request.extend([7; 12]);
    stun.write_all(&request).await?;
    let mut answer = [0; 20];
    stun.read_exact(&mut answer).await?;
    assert_eq!(answer[..2], [1, 1], "success");
    assert_eq!(answer[8..], [7; 12], "of this request");
    Ok(())
}

/// The clock of these tests stands while anything happens, and leaps while nothing does.
#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_is_gone_after_ten_seconds() -> Result<()> {
    let address = port(None, Settings::default()).await?;
    let silent = TcpStream::connect(address).await?;
    assert_eq!(closed(silent).await?.as_secs(), 10);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn slow_steps_have_one_time_together() -> Result<()> {
    let address = port(tls("slow-steps")?, Settings::default()).await?;
    let start = Instant::now();
    let mut slow = TcpStream::connect(address).await?;
    sleep(Duration::from_secs(9)).await;
    // It wants TLS, and then says no more.
    slow.write_all(&[HANDSHAKE]).await?;
    closed(slow).await?;
    assert_eq!(start.elapsed().as_secs(), 10);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn half_a_request_is_not_waited_for_for_ever() -> Result<()> {
    let proxied = Settings {
        trusted_proxies: vec![Ipv4Addr::LOCALHOST.into()],
        ..Settings::default()
    };
    for (settings, seconds) in [(Settings::default(), 75), (proxied, 300)] {
        let address = port(None, settings).await?;
        for sent in [
            "GET / HTTP/1.1\r\nHost: a\r\n",
            // Nor is a second request that does not come.
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            // Nobody was offered HTTP/2.
            "PRI * HTTP/2.0\r\n",
        ] {
            let mut slow = TcpStream::connect(address).await?;
            slow.write_all(sent.as_bytes()).await?;
            let after = closed(slow).await?.as_secs();
            let expected = if sent.starts_with("PRI") {
                0..=seconds
            } else {
                seconds..=seconds
            };
            assert!(expected.contains(&after), "{sent:?}: {after}");
        }
    }
    Ok(())
}
