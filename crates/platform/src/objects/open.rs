//! Where objects are kept.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::{ObjectError, Objects};
use crate::settings::PlatformSettings;

/// How long one request to the store may take.
const REQUEST: Duration = Duration::from_mins(2);
/// How long a request is tried again.
const RETRY: Duration = Duration::from_secs(30);

impl Objects {
    /// Keeps bytes in a directory, which is created if it is missing.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Store`] if the directory cannot be used.
    pub fn in_directory(path: &Path) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(path).map_err(|source| {
            ObjectError::Store(object_store::Error::Generic {
                store: "local",
                source: source.into(),
            })
        })?;
        let store =
            LocalFileSystem::new_with_prefix(path).map_err(ObjectError::Store)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), directory: Some(path.into()) })
    }

    /// Keeps bytes where `ARTIFACT_ROOT` says: a directory, or `s3://bucket/prefix`.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::NoPlace`] if it says neither, and [`ObjectError::Store`] if the place
    /// cannot be used.
    pub fn from_settings(settings: &PlatformSettings) -> Result<Self, ObjectError> {
        let root = settings.artifact_root.as_str();
        if root.is_empty() {
            return Self::in_directory(&settings.data_dir.join("objects"));
        }
        match root.split_once("://") {
            None => Self::in_directory(Path::new(root)),
            Some(("file", path)) => Self::in_directory(Path::new(path)),
            Some(("s3", place)) => Self::in_bucket(place, settings),
            Some(_) => Err(ObjectError::NoPlace(root.to_owned())),
        }
    }

    fn in_bucket(place: &str, settings: &PlatformSettings) -> Result<Self, ObjectError> {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return Err(ObjectError::NoPlace(settings.artifact_root.clone()));
        }
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&settings.s3_region)
            .with_client_options(ClientOptions::new().with_timeout(REQUEST))
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 5,
                retry_timeout: RETRY,
            })
            // Not every compatible store knows how to delete many at once.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = &settings.s3_endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"))
                .with_virtual_hosted_style_request(false);
        }
        if let (Some(key), Some(secret)) = (&settings.s3_access_key, &settings.s3_secret_key) {
            builder =
                builder.with_access_key_id(key.reveal()).with_secret_access_key(secret.reveal());
        }
        let bucket = builder.build().map_err(ObjectError::Store)?;
        let store: Arc<dyn ObjectStore> = if prefix.trim_matches('/').is_empty() {
            Arc::new(bucket)
        } else {
            Arc::new(PrefixStore::new(bucket, prefix.trim_matches('/')))
        };
        Ok(Self { store, directory: None })
    }
}
