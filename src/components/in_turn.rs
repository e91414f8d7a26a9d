use gloo_timers::future::TimeoutFuture;
use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        view::{Position, PositionState, add_attr::AddAnyAttr},
    },
};

/// A part of a page that comes to life in a task of its own: in between the browser can draw, and hear the person.
///
/// A signal that something else than hydration changes must not change what the part shows before it is its turn: it
/// would not find what the server wrote.
pub struct InTurn {
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl InTurn {
    /// The part that this makes, when it is its turn.
    pub fn new<V: IntoView + 'static>(make: impl FnOnce() -> V + Send + 'static) -> Self {
        let owner = Owner::current().unwrap_or_default();
        Self {
            view: Box::new(move || owner.with(|| make().into_any())),
        }
    }

    fn view(self) -> AnyView {
        (self.view)()
    }
}

impl Render for InTurn {
    type State = <AnyView as Render>::State;

    fn build(self) -> Self::State {
        self.view().build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.view().rebuild(state);
    }
}

impl AddAnyAttr for InTurn {
    type Output<NewAttr: Attribute> = <AnyView as AddAnyAttr>::Output<NewAttr>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        self.view().add_any_attr(attr)
    }
}

impl RenderHtml for InTurn {
    type AsyncOutput = AnyView;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    // Nothing in a page of ours waits for a resource.
    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self.view().resolve().await
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.view()
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Self::State {
        self.view().hydrate::<FROM_SERVER>(cursor, position)
    }

    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        TimeoutFuture::new(0).await;
        self.hydrate::<true>(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}
