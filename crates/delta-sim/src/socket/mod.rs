//! Socket sessions: text in, frames out, driven by virtual time.
//!
//! There are two feeds, each a socket of its own: the public one (market data) and the private one
//! (an account's orders, fills, positions, margins, after `key-auth`). Only the current generation
//! of channels is served; the earlier names are answered with an error that names the new one.
//!
//! | module | what |
//! |---|---|
//! | `channel` | names of channels, and which symbols they take |
//! | `protocol` | messages of the client and their replies |
//! | `session` | one connection: subscriptions, outbox, timers |
//! | `public`, `private` | what is pushed, and when |
//! | `watch` | whose trades are told |
//! | `checksum` | the CRC32 of a book |
//!
//! A session holds at most [`session::LONGEST_OUTBOX`] frames; one whose host does not fetch them
//! is closed. Sessions are not durable: after a restart there are none.

mod channel;
mod checksum;
mod private;
mod protocol;
mod public;
mod session;
mod watch;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::event::Event;
use crate::faults::Action;
use crate::product::ProductId;
use crate::quota::Exhausted;
use crate::time::Micros;
use crate::venue::Venue;

use private::Told;
use session::Session;

/// Which socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Market data.
    Public,
    /// An account's own data.
    Private,
}

/// Number of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// What is sent to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A message.
    Text(String),
    /// The connection ends; it has no more frames.
    Close {
        /// Code of the close frame; 1006 ends without one.
        code: u16,
        /// Why.
        reason: String,
    },
}

/// A message for a session, before faults.
#[derive(Debug)]
struct Outgoing {
    to: SocketId,
    channel: String,
    text: String,
}

/// All connections.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    sessions: BTreeMap<SocketId, Session>,
    opened: u64,
    /// Frames of sessions that have ended.
    ended: Vec<(SocketId, Frame)>,
    /// What the private channels have told, for sequence numbers and reasons.
    told: Told,
    /// Events that are reported late.
    late: VecDeque<(Micros, Event)>,
    /// Products whose trades somebody hears.
    watched: BTreeSet<ProductId>,
}

impl Sockets {
    /// How many connections are open.
    pub(crate) fn count(&self) -> usize {
        self.sessions.len()
    }

    /// When something is to be pushed after `now`.
    pub(crate) fn next_push(&self, now: Micros) -> Option<Micros> {
        let sessions = self.sessions.values().filter_map(|session| session.next_push(now));
        sessions.chain(self.late.front().map(|(release, _)| *release)).min()
    }

    /// Ends every session.
    pub(crate) fn close_all(&mut self, reason: &str) {
        let ids: Vec<_> = self.sessions.keys().copied().collect();
        for id in ids {
            self.close(id, 1001, reason);
        }
    }

    fn close(&mut self, id: SocketId, code: u16, reason: &str) {
        if let Some(session) = self.sessions.remove(&id) {
            if !session.overflows() {
                self.ended.extend(session.into_frames().map(|frame| (id, frame)));
            }
            self.ended.push((id, Frame::Close { code, reason: reason.to_owned() }));
        }
    }

    /// Puts a message into the outbox of a session.
    fn queue(&mut self, now: Micros, id: SocketId, text: String) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.queue(now, text);
        if session.overflows() {
            self.close(id, 1008, "slow consumer: frames were not fetched");
        }
    }
}

impl Venue {
    /// Opens a connection from an address.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when the address has opened too many: the host answers the handshake with 429.
    pub fn connect(
        &mut self,
        at: Micros,
        feed: Feed,
        address: &str,
    ) -> Result<SocketId, Exhausted> {
        self.advance(at);
        let now = self.now();
        self.quotas.connect(address, now)?;
        self.sockets.opened += 1;
        let id = SocketId(self.sockets.opened);
        self.sockets.sessions.insert(id, Session::new(feed, now, self.exchange.config().tick));
        Ok(id)
    }

    /// Takes a message of a client. Of an unknown connection nothing happens.
    pub fn receive(&mut self, at: Micros, id: SocketId, text: &str) {
        self.advance(at);
        let now = self.now();
        let Some(mut session) = self.sockets.sessions.remove(&id) else { return };
        let replies = self.answer(&mut session, now, text);
        self.sockets.sessions.insert(id, session);
        for reply in replies {
            self.sockets.queue(now, id, reply);
        }
        self.push_sockets();
    }

    /// The client has gone.
    pub fn disconnect(&mut self, id: SocketId) {
        self.sockets.sessions.remove(&id);
        self.update_watches();
    }

    /// All frames to send, in the order of each connection.
    pub fn drain(&mut self) -> Vec<(SocketId, Frame)> {
        let mut frames = std::mem::take(&mut self.sockets.ended);
        for (id, session) in &mut self.sockets.sessions {
            frames.extend(session.take(usize::MAX).map(|frame| (*id, frame)));
        }
        frames
    }

    /// At most `most` frames of one connection, for a host that sends at the client's pace.
    pub fn drain_one(&mut self, id: SocketId, most: usize) -> Vec<Frame> {
        if let Some(session) = self.sockets.sessions.get_mut(&id) {
            return session.take(most).collect();
        }
        let ended = self.sockets.ended.extract_if(.., |(ended, _)| *ended == id);
        ended.map(|(_, frame)| frame).collect()
    }

    /// Pushes what has happened and what is due.
    pub(crate) fn push_sockets(&mut self) {
        let now = self.now();
        let events = self.reported_events(now);
        if self.sockets.sessions.is_empty() {
            self.sockets.told.note(&events);
            return;
        }

        let connected = self.sockets.sessions.len();
        let mut outgoing = self.private_messages(&events);
        let mut sessions = std::mem::take(&mut self.sockets.sessions);
        for (id, session) in &mut sessions {
            for (channel, text) in self.public_messages(session, now, &events) {
                outgoing.push(Outgoing { to: *id, channel, text });
            }
        }
        self.sockets.sessions = sessions;
        for message in outgoing {
            self.deliver(now, message);
        }
        self.run_timers(now);
        if self.sockets.sessions.len() < connected {
            self.update_watches();
        }
    }

    /// The events to tell now; those of accounts may be late by a fault.
    fn reported_events(&mut self, now: Micros) -> Vec<Event> {
        let delay = self.faults.report_delay(now);
        let mut events = Vec::new();
        for event in self.exchange.take_events() {
            let waits = delay > Micros::ZERO || !self.sockets.late.is_empty();
            if waits && private::is_private(&event) {
                let last = self.sockets.late.back().map_or(now, |(release, _)| *release);
                self.sockets.late.push_back(((now + delay).max(last), event));
            } else {
                events.push(event);
            }
        }
        while self.sockets.late.front().is_some_and(|(release, _)| *release <= now) {
            events.extend(self.sockets.late.pop_front().map(|(_, event)| event));
        }
        events
    }

    /// Sends a message, unless a fault does something to it.
    fn deliver(&mut self, now: Micros, message: Outgoing) {
        let Outgoing { to, channel, text } = message;
        let set_off = self.faults.on_frame(now, &channel);
        let fault = self.take_effect(set_off);
        let Some(session) = self.sockets.sessions.get_mut(&to) else { return };
        match fault {
            None => self.sockets.queue(now, to, text),
            Some(Action::WsDrop {}) => self.sockets.close(to, 1006, "connection lost"),
            Some(Action::WsHalfOpen {}) => session.silence(),
            Some(Action::WsDuplicate {}) => {
                self.sockets.queue(now, to, text.clone());
                self.sockets.queue(now, to, text);
            }
            Some(Action::WsReorder {}) => session.hold(text),
            Some(_) => {}
        }
    }

    fn run_timers(&mut self, now: Micros) {
        let ids: Vec<_> = self.sockets.sessions.keys().copied().collect();
        for id in ids {
            let Some(session) = self.sockets.sessions.get_mut(&id) else { continue };
            if session.is_idle(now) {
                self.sockets.close(id, 1000, "no activity for 60 seconds");
            } else if session.heartbeat_due(now) {
                self.sockets.queue(now, id, r#"{"type":"heartbeat"}"#.to_owned());
            }
        }
    }
}
