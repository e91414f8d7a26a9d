//! A way to a STUN or TURN server: datagrams, or a stream.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UdpSocket,
};
use tokio_util::either::Either;

use super::{
    ice::Trouble,
    target::{Stream, Unreached, connect},
    tls::{self, Verdict},
};
use crate::settings::{IceUrl, Over};

/// A way to a server.
pub(super) enum Way {
    Datagrams(UdpSocket),
    Stream(Stream),
}

impl Way {
    pub(super) async fn open(url: &IceUrl, server: SocketAddr) -> Result<Self, Trouble> {
        if url.over == Over::Udp {
            let any: IpAddr = match server {
                SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
            };
            let open = async {
                let socket = UdpSocket::bind((any, 0)).await?;
                socket.connect(server).await?;
                Ok(socket)
            };
            return open
                .await
                .map(Self::Datagrams)
                .map_err(|error| trouble(&error, server));
        }
        let stream = connect(&[server]).await.map_err(Trouble::Unreached)?;
        if url.over == Over::Tcp {
            return Ok(Self::Stream(Either::Left(stream)));
        }
        match tls::handshake(stream, &url.host).await {
            Ok((stream, Verdict::Good(_))) => Ok(Self::Stream(Either::Right(Box::new(stream)))),
            Ok((_, verdict)) => Err(Trouble::Certificate(verdict)),
            Err(reason) => Err(Trouble::Broken(reason)),
        }
    }

    pub(super) fn local(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Datagrams(socket) => socket.local_addr(),
            Self::Stream(Either::Left(stream)) => stream.local_addr(),
            Self::Stream(Either::Right(stream)) => stream.get_ref().0.local_addr(),
        }
    }

    pub(super) async fn write(&mut self, message: &[u8]) -> io::Result<()> {
        match self {
            Self::Datagrams(socket) => socket.send(message).await.map(drop),
            Self::Stream(stream) => {
                stream.write_all(message).await?;
                stream.flush().await
            }
        }
    }

    /// Reads what is there. Nothing is lost when this is given up before it is done.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Datagrams(socket) => socket.recv(buffer).await,
            Self::Stream(stream) => match stream.read(buffer).await? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                length => Ok(length),
            },
        }
    }
}

/// In words what the system says of a way to this server.
pub(super) fn trouble(error: &io::Error, server: SocketAddr) -> Trouble {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Trouble::Unreached(Unreached::Refused(server)),
        io::ErrorKind::UnexpectedEof => Trouble::Broken(format!(
            "{server} ends the connection; it may not speak STUN"
        )),
        _ => Trouble::Broken(format!("{server}: {error}")),
    }
}
