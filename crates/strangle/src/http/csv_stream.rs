//! Files of comma-separated values as streams: memory holds one page of rows.

use std::io;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::header;
use platform::auth::BoxFuture;
use platform::db::DbError;
use strangle_engine::export::{CACHE_CONTROL, CONTENT_TYPE, content_disposition};

/// What makes a file, page by page.
pub(super) trait Pages: Send + 'static {
    /// Writes the next page; `false` if there is none.
    fn next<'a>(&'a mut self, text: &'a mut String) -> BoxFuture<'a, Result<bool, DbError>>;

    /// Learns how it ended.
    fn ended(&self, _failure: Option<&DbError>) {}
}

/// Answers with a file. `head` is what was written before the first page, so that a failure there
/// still has a status.
pub(super) fn file(name: &str, head: String, pages: impl Pages) -> Response {
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, content_disposition(name)),
        (header::CACHE_CONTROL, CACHE_CONTROL.to_owned()),
    ];
    let head = stream::once(async move { Ok(Bytes::from(head)) });
    // The layer that compresses asks again after the end.
    (headers, Body::from_stream(head.chain(rest(pages)).fuse())).into_response()
}

fn rest(pages: impl Pages) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Some(pages), |pages| async move {
        let mut pages = pages?;
        let mut text = String::new();
        match pages.next(&mut text).await {
            Ok(true) => Some((Ok(Bytes::from(text)), Some(pages))),
            Ok(false) => {
                pages.ended(None);
                None
            }
            // The connection breaks: half a file must not look like a whole one.
            Err(error) => {
                pages.ended(Some(&error));
                Some((Err(io::Error::other(error)), None))
            }
        }
    })
}
