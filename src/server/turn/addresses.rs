//! Which addresses clients are told that their packets come from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses for what is relayed, one per family: those that others see of this machine, as far as
/// it knows. They only have to look like addresses of the server, because nothing is sent to them.
pub(in crate::server) fn relayed(listen: IpAddr, public: &str) -> Vec<IpAddr> {
    let public = public.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let named = [public, Some(listen).filter(|ip| !ip.is_unspecified())];
    let find = |is_v4: bool, way_out: SocketAddr, otherwise: IpAddr| {
        let mut named = named.iter().flatten();
        let named = named.find(|ip| ip.is_ipv4() == is_v4).copied();
        named
            .or_else(|| source_towards(way_out))
            .unwrap_or(otherwise)
    };
    // Addresses for documentation (RFC 5737, RFC 3849): nothing is sent there either.
    let v4 = SocketAddr::from(([192, 0, 2, 1], 9));
    let v6 = SocketAddr::new(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(), 9);
    vec![
        find(true, v4, Ipv4Addr::LOCALHOST.into()),
        find(false, v6, Ipv6Addr::LOCALHOST.into()),
    ]
}

/// The address from which this machine would send there.
fn source_towards(there: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if there.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Connecting a UDP socket sends nothing.
    socket.connect(there).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relayed_addresses_are_those_of_the_host_where_it_says_some() {
        let named = relayed(Ipv4Addr::new(198, 51, 100, 7).into(), "");
        assert_eq!(named[0], IpAddr::from([198, 51, 100, 7]));
        assert_eq!((named.len(), named[1].is_ipv6()), (2, true));
        let public = relayed(Ipv4Addr::UNSPECIFIED.into(), "203.0.113.9");
        assert_eq!(public[0], IpAddr::from([203, 0, 113, 9]));
        let public = relayed(Ipv4Addr::UNSPECIFIED.into(), "[2001:db8::5]");
        assert_eq!(public[1], IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 5]));
        assert!(relayed(Ipv4Addr::UNSPECIFIED.into(), "turn.example.org")[0].is_ipv4());
    }
}
