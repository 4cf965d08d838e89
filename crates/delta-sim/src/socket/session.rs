//! One connection.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::channel::Channel;
use super::public::Published;
use super::{Feed, Frame};
use crate::order::UserId;
use crate::time::Micros;

/// Frames kept for a host that does not fetch them.
pub(super) const LONGEST_OUTBOX: usize = 10_000;

const IDLE: Micros = Micros::MINUTE;
const HEARTBEAT: Micros = Micros::seconds(30);

/// One connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) feed: Feed,
    /// Who has authenticated.
    pub(super) user: Option<UserId>,
    /// Symbols by channel.
    pub(super) subscriptions: BTreeMap<Channel, BTreeSet<String>>,
    /// What was pushed last, by channel and symbol.
    pub(super) published: BTreeMap<(Channel, String), Published>,
    /// How often the market moves.
    tick: Micros,
    outbox: VecDeque<Frame>,
    /// A frame that waits for the next one to overtake it.
    held: Option<String>,
    /// Half open: nothing is sent any more.
    silent: bool,
    active_at: Micros,
    heartbeat_at: Option<Micros>,
}

impl Session {
    pub(super) fn new(feed: Feed, now: Micros, tick: Micros) -> Self {
        Self {
            feed,
            user: None,
            subscriptions: BTreeMap::new(),
            published: BTreeMap::new(),
            tick,
            outbox: VecDeque::new(),
            held: None,
            silent: false,
            active_at: now,
            heartbeat_at: None,
        }
    }

    /// The client has said something.
    pub(super) fn hear(&mut self, now: Micros) {
        self.active_at = now;
    }

    pub(super) fn queue(&mut self, now: Micros, text: String) {
        if self.silent {
            return;
        }
        self.active_at = now;
        self.outbox.push_back(Frame::Text(text));
        if let Some(held) = self.held.take() {
            self.outbox.push_back(Frame::Text(held));
        }
    }

    /// Lets the next frame overtake this one.
    pub(super) fn hold(&mut self, text: String) {
        if let Some(held) = self.held.replace(text) {
            self.outbox.push_back(Frame::Text(held));
        }
    }

    pub(super) fn silence(&mut self) {
        self.silent = true;
    }

    pub(super) fn overflows(&self) -> bool {
        self.outbox.len() > LONGEST_OUTBOX
    }

    pub(super) fn take(&mut self, most: usize) -> impl Iterator<Item = Frame> {
        self.outbox.drain(..most.min(self.outbox.len()))
    }

    pub(super) fn into_frames(self) -> impl Iterator<Item = Frame> {
        self.outbox.into_iter()
    }

    pub(super) fn enable_heartbeat(&mut self, now: Micros) {
        self.heartbeat_at = Some(now + HEARTBEAT);
    }

    pub(super) fn disable_heartbeat(&mut self) {
        self.heartbeat_at = None;
    }

    /// True when a heartbeat is to be sent now; the next one is planned.
    pub(super) fn heartbeat_due(&mut self, now: Micros) -> bool {
        match self.heartbeat_at {
            Some(at) if at <= now => {
                self.heartbeat_at = Some(now + HEARTBEAT);
                true
            }
            _ => false,
        }
    }

    /// True when nothing went either way for a minute. A half-open one is never closed.
    pub(super) fn is_idle(&self, now: Micros) -> bool {
        !self.silent && now >= self.active_at + IDLE
    }

    /// When something is to be done after `now`: the fastest channel, a heartbeat, the idle limit.
    pub(super) fn next_push(&self, now: Micros) -> Option<Micros> {
        if self.silent {
            return None;
        }
        let cadences = self.subscriptions.keys().filter_map(|channel| channel.cadence());
        let fastest = cadences.min().map(|cadence| {
            let step = cadence.max(self.tick).0.max(1);
            Micros(now.0 - now.0.rem_euclid(step) + step)
        });
        let idle = self.active_at + IDLE;
        [fastest, self.heartbeat_at, Some(idle)].into_iter().flatten().min()
    }
}
