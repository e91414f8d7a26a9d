//! Connections that have not asked for anything yet: how many there may be, and how many of one address.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    settings::Settings,
    signaling::{Connection, Connections},
};

/// So many there may be.
const ALL: usize = 4_096;

/// So many one address may have of them: a school whose browsers all open the lobby at once, and no
/// one who takes the places of all others.
const OF_ONE: usize = 256;

/// Counts connections that have not asked for anything yet; clones count together.
#[derive(Clone)]
pub(super) struct Newcomers {
    all: Arc<Semaphore>,
    by_address: Connections,
    settings: Arc<Settings>,
}

/// The place of one such connection, until it is dropped.
pub(super) struct Place {
    _of_all: OwnedSemaphorePermit,
    of_address: Option<Connection>,
}

impl Newcomers {
    /// `settings` say which addresses are proxies, whose connections are those of many.
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Self {
            all: Arc::new(Semaphore::new(ALL)),
            by_address: Connections::new(OF_ONE),
            settings,
        }
    }

    /// Counts one more; `None` when there is no place.
    pub(super) fn place(&self, client: IpAddr) -> Option<Place> {
        let of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let of_address = if self.settings.is_proxy(client) {
            None
        } else {
            Some(self.by_address.open(client)?)
        };
        Some(Place {
            _of_all: of_all,
            of_address,
        })
    }
}

impl Place {
    /// Whether it is that of a proxy.
    pub(super) fn is_of_proxy(&self) -> bool {
        self.of_address.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn nobody_takes_the_places_of_others_but_a_proxy() {
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let settings = Settings {
            trusted_proxies: vec![proxy],
            ..Settings::default()
        };
        let newcomers = Newcomers::new(Arc::new(settings));
        let greedy = IpAddr::from([192, 0, 2, 1]);
        let mut taken: Vec<_> = (0..ALL).map_while(|_| newcomers.place(greedy)).collect();
        assert_eq!(taken.len(), OF_ONE);
        assert!(newcomers.place([192, 0, 2, 2].into()).is_some());
        taken.pop();
        assert!(
            newcomers.place(greedy).is_some(),
            "a place that is free again"
        );
        // As a socket for both families says it.
        let proxy = Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped().into();
        let proxied: Vec<_> = (0..=ALL).map_while(|_| newcomers.place(proxy)).collect();
        assert_eq!(proxied.len(), ALL - taken.len(), "no more than there are");
    }
}
