//! Questions about the market. They never change anything.

use rust_decimal::Decimal;
use strangle_engine::pricing::implied_volatility;

use super::{Distorted, Exchange};
use crate::book::{Book, Half, Maker, Taken, published};
use crate::control::{Distortion, Scenario, SystemStatus};
use crate::market::Frame;
use crate::order::Side;
use crate::product::{Product, ProductId, Terms, Underlying};
use crate::quote::{Depth, Level, PriceBand, Quote, Ticker};
use crate::rng::Stream;

impl Exchange {
    /// The exchange's own status.
    #[must_use]
    pub const fn status(&self) -> SystemStatus {
        self.status
    }

    /// The regime of the market.
    #[must_use]
    pub const fn scenario(&self) -> Scenario {
        self.market.scenario()
    }

    /// Terms of the options on a coin.
    #[must_use]
    pub const fn terms(&self, underlying: Underlying) -> &Terms {
        match underlying {
            Underlying::Btc => &self.btc_terms,
            Underlying::Eth => &self.eth_terms,
        }
    }

    /// Products, live and lately expired, by number.
    #[must_use]
    pub fn products(&self) -> impl DoubleEndedIterator<Item = &Product> {
        self.listing.iter()
    }

    /// A product by its number.
    #[must_use]
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.listing.get(id)
    }

    /// A product by its symbol.
    #[must_use]
    pub fn product_by_symbol(&self, symbol: &str) -> Option<&Product> {
        self.listing.by_symbol(symbol)
    }

    /// The index in USD, with 8 decimals.
    #[must_use]
    pub fn spot(&self, underlying: Underlying) -> Decimal {
        published(self.market.index(underlying))
    }

    /// Mean of the index since the settlement window opened, 30 minutes before 12:00 UTC; none
    /// outside it.
    #[must_use]
    pub fn spot_twap(&self, underlying: Underlying) -> Option<Decimal> {
        self.market.window_mean(underlying).map(published)
    }

    /// Top of the book, mark and index of a live product.
    #[must_use]
    pub fn quote(&self, id: ProductId) -> Option<Quote> {
        let (product, frame) = self.shown(id)?;
        let book = self.maker(product).book(&frame, self.taken.get(&id));
        Some(self.quote_of(id, &frame, &book))
    }

    /// Everything published about a live product.
    #[must_use]
    pub fn ticker(&self, id: ProductId) -> Option<Ticker> {
        let (product, frame) = self.shown(id)?;
        let maker = self.maker(product);
        let book = maker.book(&frame, self.taken.get(&id));
        let quote = self.quote_of(id, &frame, &book);
        let terms = maker.claim.terms(&frame);
        let implied = |level: Option<Level>| {
            let price = f64::try_from(level?.price).ok()?;
            implied_volatility(&terms, price).ok()
        };
        Some(Ticker {
            quote,
            bid_iv: implied(quote.bid),
            ask_iv: implied(quote.ask),
            greeks: book.valued.value.greeks,
            open_interest: self.open_interest(product),
            band: self.band_at(product, &book, &frame),
        })
    }

    /// Up to `levels` levels of each side of a live product, best first.
    #[must_use]
    pub fn depth(&self, id: ProductId, levels: usize) -> Option<Depth> {
        let (product, frame) = self.shown(id)?;
        let book = self.maker(product).book(&frame, self.taken.get(&id));
        let side = |half| book.levels(half).take(levels).collect::<Vec<_>>();
        let (bids, asks) = (side(Half::Bids), side(Half::Asks));
        Some(match self.distortion(id) {
            Some(Distortion::Empty) => Depth::default(),
            Some(Distortion::Crossed) => Depth { bids: asks, asks: bids },
            _ => Depth { bids, asks },
        })
    }

    /// A live product and the frame it is shown in.
    fn shown(&self, id: ProductId) -> Option<(&Product, Frame)> {
        let product = self.listing.get(id).filter(|one| one.expiry > self.market.at)?;
        if product.settlement_price.is_some() {
            return None;
        }
        let frozen = self.frozen_frame(id, product.underlying).copied();
        Some((product, frozen.unwrap_or_else(|| self.market.frame(product.underlying))))
    }

    fn quote_of(&self, id: ProductId, frame: &Frame, book: &Book) -> Quote {
        let (bid, ask) = self.shown_touch(id, book);
        let stale = self.distortion(id) == Some(Distortion::Stale);
        Quote {
            product_id: id,
            bid,
            ask,
            mark: book.mark(),
            mark_vol: book.valued.volatility,
            index: frame.index,
            at: if stale { frame.at } else { self.market.at },
        }
    }

    /// Best bid and ask as they are shown.
    pub(super) fn shown_touch(&self, id: ProductId, book: &Book) -> (Option<Level>, Option<Level>) {
        let (bid, ask) = (book.best(Half::Bids), book.best(Half::Asks));
        match self.distortion(id) {
            Some(Distortion::Empty) => (None, None),
            Some(Distortion::Crossed) => (ask, bid),
            _ => (bid, ask),
        }
    }

    pub(super) fn maker(&self, product: &Product) -> Maker {
        let tick = self.terms(product.underlying).tick_size;
        Maker::new(self.config.seed, product, tick, self.config.levels)
    }

    /// The book orders meet; none while the market is crossed or empty.
    pub(super) fn tradable_book(&self, product: &Product) -> Option<Book> {
        if matches!(self.distortion(product.id), Some(Distortion::Crossed | Distortion::Empty)) {
            return None;
        }
        let (_, frame) = self.shown(product.id)?;
        Some(self.maker(product).book(&frame, self.taken.get(&product.id)))
    }

    /// Takes contracts off the book that a trade of this side hits.
    pub(super) fn take_from_book(&mut self, product: &Product, side: Side, contracts: i64) {
        if contracts == 0 {
            return;
        }
        let Some(book) = self.tradable_book(product) else { return };
        let half = match side {
            Side::Buy => Half::Asks,
            Side::Sell => Half::Bids,
        };
        let taken: Taken = book.after_taking(half, contracts);
        self.taken.insert(product.id, taken);
    }

    /// Prices between which orders of a product are accepted.
    pub(super) fn band(&self, product: &Product) -> PriceBand {
        let frame = self
            .shown(product.id)
            .map_or_else(|| self.market.frame(product.underlying), |(_, frame)| frame);
        let book = self.maker(product).book(&frame, None);
        self.band_at(product, &book, &frame)
    }

    /// Half the mark and half a percent of the index to both sides, on the grid.
    fn band_at(&self, product: &Product, book: &Book, frame: &Frame) -> PriceBand {
        let tick = self.terms(product.underlying).tick_size;
        let mark = book.mark();
        let width = mark / Decimal::TWO + published(frame.index) * Decimal::new(5, 3);
        let lower = ((mark - width) / tick).floor() * tick;
        let upper = ((mark + width) / tick).ceil() * tick;
        PriceBand { lower: lower.max(tick), upper }
    }

    /// Contracts others hold, the same for the life of a product.
    #[expect(clippy::cast_possible_truncation, reason = "far below 2^63")]
    fn open_interest(&self, product: &Product) -> i64 {
        let stream = Stream::of(self.config.seed, "interest", product.symbol.as_str());
        let others = 5_000.0 * libm::exp(stream.normal(0));
        let own: i64 = self.accounts.keys().map(|id| self.position_size(*id, product.id)).sum();
        others as i64 + own.abs()
    }

    fn distortions(&self, id: ProductId) -> impl Iterator<Item = &Distorted> {
        self.distorted
            .iter()
            .rev()
            .filter(move |one| one.until > self.now && one.product_id.is_none_or(|only| only == id))
    }

    /// How the market of a product is shown wrongly; the newest distortion counts.
    fn distortion(&self, id: ProductId) -> Option<Distortion> {
        if self.distorted.is_empty() {
            return None;
        }
        self.distortions(id).next().map(|one| one.how)
    }

    /// The frame a product is frozen in.
    pub(super) fn frozen_frame(&self, id: ProductId, underlying: Underlying) -> Option<&Frame> {
        if self.distorted.is_empty() {
            return None;
        }
        let frozen = self.distortions(id).next()?;
        if !matches!(frozen.how, Distortion::Frozen | Distortion::Stale) {
            return None;
        }
        Some(match underlying {
            Underlying::Btc => &frozen.btc,
            Underlying::Eth => &frozen.eth,
        })
    }
}
