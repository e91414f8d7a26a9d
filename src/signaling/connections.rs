//! How many connections each address has open.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts connections by address; clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    limit: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One connection of an address, until it is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    connections: Connections,
    address: IpAddr,
}

impl Connections {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            open: Arc::default(),
        }
    }

    /// Counts one more; `None` when the address has its share.
    pub(crate) fn open(&self, address: IpAddr) -> Option<Connection> {
        // Whoever has one IPv6 address has 2^64 of them.
        let address = network(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Connection {
            connections: self.clone(),
            address,
        })
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => (address & std::net::Ipv6Addr::from_bits(!0 << 64)).into(),
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let open = &self.connections.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let connections = Connections::new(2);
        let [a, b] =
            ["192.0.2.1", "::ffff:192.0.2.1"].map(|text| text.parse().expect("an address"));
        let first = connections.open(a);
        let second = connections.open(b);
        assert!(first.is_some() && second.is_some());
        assert!(connections.open(a).is_none());
        drop(first);
        assert!(connections.open(a).is_some());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share() {
        let connections = Connections::new(1);
        let [a, b, c] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
            .map(|text| text.parse().expect("an address"));
        let _first = connections.open(a);
        assert!(connections.open(b).is_none());
        assert!(connections.open(c).is_some());
    }
}
