use leptos::{
    prelude::*,
    reactive::graph::{Subscriber, ToAnySubscriber},
};

/// A memo for what comes and goes while the page stays, such as a tile: when it goes, it leaves nothing behind.
///
/// A `Memo` or an effect of `reactive_graph` 0.2 that has gone stays, as an empty shell, among the subscribers of
/// all that it had read, and every change looks at all of them. Effects that read only memos like this one go with
/// them.
pub fn passing<T>(of: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let memo = ArcMemo::new(move |_| of());
    let subscriber = memo.to_any_subscriber();
    on_cleanup(move || subscriber.clear_sources(&subscriber));
    memo.into()
}
