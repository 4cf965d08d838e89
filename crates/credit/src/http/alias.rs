//! Other addresses of the same operations, for clients that know them by an older path.

use axum::routing::MethodRouter;
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa_axum::router::UtoipaMethodRouter;

/// Puts operations at another address too. They are documented as deprecated, and their ids get
/// `_` and `suffix` at the end, by which the access table names them.
pub(super) fn also_at<S: Clone + Send + Sync + 'static>(
    routes: UtoipaMethodRouter<S>,
    path: &str,
    suffix: &str,
) -> UtoipaMethodRouter<S> {
    let (schemas, paths, methods): (_, Paths, MethodRouter<S>) = routes;
    let mut moved = Paths::new();
    for (_, mut item) in paths.paths {
        for operation in operations(&mut item) {
            let id = operation.operation_id.take().unwrap_or_default();
            operation.operation_id = Some(format!("{id}_{suffix}"));
            operation.deprecated = Some(Deprecated::True);
        }
        moved.paths.insert(path.to_owned(), item);
    }
    (schemas, moved, methods)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}
