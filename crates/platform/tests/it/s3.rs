//! A store that speaks as much of S3 as objects need, in memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;

use crate::support::serve;

/// What the store holds, and uploads that are not complete.
#[derive(Clone, Default)]
pub(crate) struct FakeS3 {
    pub(crate) objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
    pub(crate) uploads: Arc<Mutex<BTreeMap<String, BTreeMap<u32, Bytes>>>>,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
}

type Parameters = BTreeMap<String, String>;

impl FakeS3 {
    /// Serves the bucket `bucket` and returns the address of the store.
    pub(crate) async fn serve(&self) -> String {
        let router = Router::new().fallback(answer).with_state(self.clone());
        serve(router).await
    }

    fn list(&self, parameters: &Parameters) -> Response {
        let prefix = parameters.get("prefix").map(String::as_str).unwrap_or_default();
        let objects = self.objects.lock().unwrap();
        let mut contents = String::new();
        for (key, bytes) in objects.iter().filter(|(key, _)| key.starts_with(prefix)) {
            let size = bytes.len();
            let _ = write!(contents, "<Contents><Key>{key}</Key><Size>{size}</Size>");
            contents += "<LastModified>2020-01-01T00:00:00.000Z</LastModified>";
            contents += "<ETag>\"1\"</ETag></Contents>";
        }
        xml(format!(
            "<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        ))
    }

    fn read(&self, key: &str, headers: &HeaderMap, with_body: bool) -> Response {
        let Some(bytes) = self.objects.lock().unwrap().get(key).cloned() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let range = headers.get("range").map(|range| {
            let range = range.to_str().unwrap().trim_start_matches("bytes=").to_owned();
            let (first, last) = range.split_once('-').unwrap();
            first.parse::<usize>().unwrap()..last.parse::<usize>().unwrap() + 1
        });
        let builder = Response::builder()
            .header("etag", "\"1\"")
            .header("last-modified", "Wed, 01 Jan 2020 00:00:00 GMT");
        let builder = match &range {
            Some(range) => builder.status(StatusCode::PARTIAL_CONTENT).header(
                "content-range",
                format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len()),
            ),
            None => builder,
        };
        let part = range.map_or(bytes.clone(), |range| bytes.slice(range));
        let builder = builder.header("content-length", part.len());
        builder.body(if with_body { Body::from(part) } else { Body::empty() }).unwrap()
    }

    fn write(
        &self,
        key: String,
        parameters: &Parameters,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        if let Some(upload) = parameters.get("uploadId") {
            let part = parameters["partNumber"].parse().unwrap();
            self.uploads.lock().unwrap().get_mut(upload).unwrap().insert(part, body);
            return ([("etag", format!("\"{part}\""))]).into_response();
        }
        let mut objects = self.objects.lock().unwrap();
        if let Some(source) = headers.get("x-amz-copy-source") {
            let source =
                source.to_str().unwrap().trim_start_matches('/').trim_start_matches("bucket/");
            let copied = objects[source].clone();
            objects.insert(key, copied);
            return xml("<CopyObjectResult><ETag>\"1\"</ETag></CopyObjectResult>".to_owned());
        }
        objects.insert(key, body);
        [("etag", "\"1\"")].into_response()
    }

    fn post(&self, key: String, parameters: &Parameters) -> Response {
        let mut uploads = self.uploads.lock().unwrap();
        if let Some(upload) = parameters.get("uploadId") {
            let parts = uploads.remove(upload).unwrap();
            let whole: Vec<u8> = parts.values().flatten().copied().collect();
            self.objects.lock().unwrap().insert(key, whole.into());
            return xml("<CompleteMultipartUploadResult><ETag>\"1\"</ETag>\
                        </CompleteMultipartUploadResult>"
                .to_owned());
        }
        let upload = format!("upload-{}", uploads.len() + 1);
        uploads.insert(upload.clone(), BTreeMap::new());
        xml(format!(
            "<InitiateMultipartUploadResult><UploadId>{upload}</UploadId>\
             </InitiateMultipartUploadResult>"
        ))
    }
}

async fn answer(
    State(store): State<FakeS3>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_start_matches('/').to_owned();
    store.requests.lock().unwrap().push(format!("{} {}", parts.method, path));
    if !parts.headers.contains_key("authorization") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let body = body.collect().await.unwrap().to_bytes();
    let key = path.trim_start_matches("bucket").trim_start_matches('/').to_owned();
    match parts.method {
        Method::GET if key.is_empty() => store.list(&parameters),
        Method::GET => store.read(&key, &parts.headers, true),
        Method::HEAD => store.read(&key, &parts.headers, false),
        Method::PUT => store.write(key, &parameters, &parts.headers, body),
        Method::POST => store.post(key, &parameters),
        Method::DELETE => {
            match parameters.get("uploadId") {
                Some(upload) => drop(store.uploads.lock().unwrap().remove(upload)),
                None => drop(store.objects.lock().unwrap().remove(&key)),
            }
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn xml(text: String) -> Response {
    ([("content-type", "application/xml")], text).into_response()
}
