//! Large bytes, in a directory and in a bucket.

use std::path::Path;

use bytes::Bytes;
use chrono::{TimeDelta, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use platform::clock::Clock;
use platform::health::Status;
use platform::objects::{ObjectError, Objects};
use platform::settings::{Env, PlatformSettings};

use crate::s3::FakeS3;

const CHUNK: usize = 1024 * 1024;

/// A directory or a bucket, and how many objects of any kind it holds.
struct Place {
    objects: Objects,
    folder: tempfile::TempDir,
    bucket: Option<FakeS3>,
}

impl Place {
    async fn both() -> [Self; 2] {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::in_directory(folder.path()).unwrap();
        let directory = Self { objects, folder, bucket: None };
        let bucket = FakeS3::default();
        let objects = Objects::from_settings(&settings(&[
            ("ARTIFACT_ROOT", "s3://bucket/some/prefix"),
            ("S3_ENDPOINT_URL", &bucket.serve().await),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]));
        let folder = tempfile::tempdir().unwrap();
        let bucket = Self { objects: objects.unwrap(), folder, bucket: Some(bucket) };
        [directory, bucket]
    }

    fn count(&self) -> usize {
        match &self.bucket {
            Some(bucket) => {
                bucket.objects.lock().unwrap().len() + bucket.uploads.lock().unwrap().len()
            }
            None => files(self.folder.path()),
        }
    }
}

fn files(path: &Path) -> usize {
    std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 })
        .sum()
}

fn settings(pairs: &[(&str, &str)]) -> PlatformSettings {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    PlatformSettings::read(&mut Env::new(pairs))
}

/// Chunks that differ, so that a wrong order shows.
fn chunks(count: u8) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    futures::stream::iter((0..count).map(|number| Ok(Bytes::from(vec![number; CHUNK]))))
}

async fn read_whole(objects: &Objects, name: &str) -> Result<Vec<u8>, ObjectError> {
    let (_, stream) = objects.get_stream(name).await?;
    stream.map_ok(|chunk| chunk.to_vec()).try_concat().await
}

#[tokio::test]
async fn bytes_come_back_by_their_hash_and_are_kept_once() {
    for place in Place::both().await {
        let name = place.objects.put(Bytes::from_static(b"abc")).await.unwrap();
        let again = place.objects.put(Bytes::from_static(b"abc")).await.unwrap();
        assert_eq!(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((&again, place.count()), (&name, 1));
        assert_eq!(place.objects.get(&name).await.unwrap(), "abc");
        assert_eq!(place.objects.size(&name).await.unwrap(), 3);
        assert_eq!(place.objects.get_range(&name, 1..3).await.unwrap(), "bc");

        place.objects.delete(&name).await.unwrap();
        place.objects.delete(&name).await.unwrap();
        assert!(matches!(place.objects.get(&name).await, Err(ObjectError::Missing(_))));
        assert!(matches!(place.objects.size("../x").await, Err(ObjectError::Missing(_))));
        assert_eq!((place.objects.check().look)().await.status, Status::Healthy);
    }
}

#[tokio::test]
async fn a_long_stream_is_kept_in_parts_and_comes_back_whole() {
    for place in Place::both().await {
        let stored = place.objects.put_stream(chunks(20), u64::MAX).await.unwrap();
        assert_eq!(stored.size, 20 * 1024 * 1024);
        let whole = read_whole(&place.objects, &stored.name).await.unwrap();
        assert!(
            whole.chunks(CHUNK).enumerate().all(|(n, c)| c.iter().all(|b| usize::from(*b) == n))
        );
        let at = 19 * 1024 * 1024;
        assert_eq!(place.objects.get_range(&stored.name, at..at + 2).await.unwrap(), [19, 19][..]);
        let again = place.objects.put_stream(chunks(20), u64::MAX).await.unwrap();
        assert_eq!((again, place.count()), (stored, 1), "nothing is left of the upload");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_or_is_too_long_leaves_nothing() {
    for place in Place::both().await {
        let broken = chunks(12).chain(futures::stream::iter([Err(std::io::Error::other("gone"))]));
        let error = place.objects.put_stream(broken, u64::MAX).await.unwrap_err();
        assert!(matches!(error, ObjectError::Source(_)));
        let error = place.objects.put_stream(chunks(12), 11 * 1024 * 1024).await.unwrap_err();
        assert!(matches!(error, ObjectError::TooLarge(11_534_336)));
        assert_eq!(place.count(), 0);
    }
}

#[tokio::test]
async fn damaged_bytes_are_never_taken_for_good_ones() {
    for place in Place::both().await {
        let name = place.objects.put(Bytes::from_static(b"abc")).await.unwrap();
        if let Some(bucket) = &place.bucket {
            let mut objects = bucket.objects.lock().unwrap();
            *objects.values_mut().next().unwrap() = Bytes::from_static(b"abd");
        } else {
            let file = place.folder.path().join(&name[..2]).join(&name);
            std::fs::write(file, b"abd").unwrap();
        }
        assert!(matches!(place.objects.get(&name).await, Err(ObjectError::Damaged(_))));
        let read = read_whole(&place.objects, &name).await;
        assert!(matches!(read, Err(ObjectError::Damaged(_))));
    }
}

#[tokio::test]
async fn a_sweep_removes_old_objects_that_nothing_refers_to() {
    for place in Place::both().await {
        let kept = place.objects.put(Bytes::from_static(b"kept")).await.unwrap();
        place.objects.put(Bytes::from_static(b"orphan")).await.unwrap();
        if place.bucket.is_none() {
            // What a process leaves behind that is killed in the middle of an upload.
            let incoming = place.folder.path().join("incoming");
            std::fs::create_dir(&incoming).unwrap();
            std::fs::write(incoming.join("0192#1"), b"half").unwrap();
            let named = place.folder.path().join(&kept[..2]).join(format!("{kept}#1"));
            std::fs::write(named, b"ke").unwrap();
        }
        let sweep = async |before: chrono::DateTime<Utc>| {
            place.objects.sweep_orphans(before, |name| name == kept).await.unwrap()
        };
        let now = Clock::System.now();
        if place.bucket.is_none() {
            assert_eq!(sweep(now - TimeDelta::days(1)).await, 0, "young ones stay");
            assert_eq!(place.count(), 4);
        }

        let orphans = if place.bucket.is_some() { 1 } else { 3 };
        assert_eq!(sweep(now + TimeDelta::minutes(1)).await, orphans);

        assert_eq!(place.count(), 1);
        assert_eq!(place.objects.get(&kept).await.unwrap(), "kept");
    }
}

#[tokio::test]
async fn a_service_sweeps_its_own_objects_only() {
    for place in Place::both().await {
        let (credit, models) =
            (place.objects.of_service("credit"), place.objects.of_service("models"));
        let same = Bytes::from_static(b"same");
        let name = credit.put(same.clone()).await.unwrap();
        models.put(same).await.unwrap();
        assert_eq!(place.count(), 2);

        let later = Clock::System.now() + TimeDelta::minutes(1);
        assert_eq!(credit.sweep_orphans(later, |_| false).await.unwrap(), 1);

        assert!(matches!(credit.get(&name).await, Err(ObjectError::Missing(_))));
        assert_eq!(models.get(&name).await.unwrap(), "same");
    }
}

#[tokio::test]
async fn an_object_that_is_written_again_during_a_sweep_stays() {
    let place = &Place::both().await[0];
    let name = place.objects.put(Bytes::from_static(b"again")).await.unwrap();
    let file = place.folder.path().join(&name[..2]).join(&name);
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(48);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(old).unwrap();

    let written_meanwhile = |_: &str| {
        std::fs::write(&file, b"again").unwrap();
        false
    };
    let before = Clock::System.now() - TimeDelta::days(1);

    assert_eq!(place.objects.sweep_orphans(before, written_meanwhile).await.unwrap(), 0);
    assert_eq!(place.objects.get(&name).await.unwrap(), "again");
}

#[tokio::test]
async fn the_place_is_a_directory_or_a_bucket_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("artifacts");
    let in_root = settings(&[("ARTIFACT_ROOT", root.to_str().unwrap())]);
    Objects::from_settings(&in_root).unwrap().put(Bytes::new()).await.unwrap();
    assert_eq!(files(&root), 1);
    for wrong in ["ftp://host/path", "s3://", "s3:///prefix"] {
        let refused = Objects::from_settings(&settings(&[("ARTIFACT_ROOT", wrong)])).unwrap_err();
        assert!(matches!(refused, ObjectError::NoPlace(_)), "{wrong}");
    }
}
