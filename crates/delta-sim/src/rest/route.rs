//! Which call a method and a path name, what it costs, and whether it must be signed.

/// A call of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call<'a> {
    Products,
    Product(&'a str),
    Tickers,
    TickersOf(&'a str),
    Book(&'a str),
    Candles,
    Quota,
    PlaceOrder,
    EditOrder,
    CancelOrder,
    CancelAll,
    PlaceBatch,
    EditBatch,
    CancelBatch,
    OpenOrders,
    Order(&'a str),
    OrderByClientId(&'a str),
    OrderHistory,
    Fills,
    Positions,
    MarginedPositions,
    CloseAll,
    Balances,
    Transactions,
    Profile,
    Preferences,
    Leverage(&'a str),
    SetLeverage(&'a str),
    MarginMode,
    /// The dead-man switch, which is not offered.
    Heartbeat,
    Director(Director),
}

/// Calls of the simulator itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Director {
    Status,
    Ledger,
    Scenario,
    Fault,
    ClearFaults,
    Clock,
    Reset,
}

/// Why there is no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoCall {
    /// No such path.
    Path,
    /// The path exists, with another method.
    Method,
}

/// Finds the call of a request.
pub(super) fn find<'a>(method: &str, path: &'a str) -> Result<Call<'a>, NoCall> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["v2", rest @ ..] => versioned(method, rest),
        ["sim", name] => director(method, name).map(Call::Director),
        _ => Err(NoCall::Path),
    }
}

fn versioned<'a>(method: &str, segments: &[&'a str]) -> Result<Call<'a>, NoCall> {
    let call = match (method, segments) {
        ("GET", ["products"]) => Call::Products,
        ("GET", ["products", symbol]) => Call::Product(symbol),
        ("GET", ["products", id, "orders", "leverage"]) => Call::Leverage(id),
        ("POST", ["products", id, "orders", "leverage"]) => Call::SetLeverage(id),
        ("GET", ["tickers"]) => Call::Tickers,
        ("GET", ["tickers", symbols]) => Call::TickersOf(symbols),
        ("GET", ["l2orderbook", symbol]) => Call::Book(symbol),
        ("GET", ["history", "candles"]) => Call::Candles,
        ("GET", ["rate_limits", "quota"]) => Call::Quota,
        ("POST", ["orders"]) => Call::PlaceOrder,
        ("PUT", ["orders"]) => Call::EditOrder,
        ("DELETE", ["orders"]) => Call::CancelOrder,
        ("GET", ["orders"]) => Call::OpenOrders,
        ("DELETE", ["orders", "all"]) => Call::CancelAll,
        ("POST", ["orders", "batch"]) => Call::PlaceBatch,
        ("PUT", ["orders", "batch"]) => Call::EditBatch,
        ("DELETE", ["orders", "batch"]) => Call::CancelBatch,
        ("GET", ["orders", "history"]) => Call::OrderHistory,
        (_, ["orders", "all" | "batch" | "history"]) => return Err(NoCall::Method),
        ("GET", ["orders", "client_order_id", id]) => Call::OrderByClientId(id),
        ("GET", ["orders", id]) => Call::Order(id),
        ("GET", ["fills"]) => Call::Fills,
        ("GET", ["positions"]) => Call::Positions,
        ("GET", ["positions", "margined"]) => Call::MarginedPositions,
        ("POST", ["positions", "close_all"]) => Call::CloseAll,
        ("GET", ["wallet", "balances"]) => Call::Balances,
        ("GET", ["wallet", "transactions"]) => Call::Transactions,
        ("GET", ["profile"]) => Call::Profile,
        ("GET", ["users", "trading_preferences"]) => Call::Preferences,
        ("PUT", ["users", "margin_mode"]) => Call::MarginMode,
        ("GET" | "POST", ["heartbeat"]) | ("POST", ["heartbeat", "create"]) => Call::Heartbeat,
        (_, known) if is_known(known) => return Err(NoCall::Method),
        _ => return Err(NoCall::Path),
    };
    Ok(call)
}

fn is_known(segments: &[&str]) -> bool {
    matches!(
        segments,
        ["products" | "tickers" | "orders" | "fills" | "positions" | "profile" | "heartbeat"]
            | ["products" | "tickers" | "l2orderbook" | "orders", _]
            | ["products", _, "orders", "leverage"]
            | ["history", "candles"]
            | ["rate_limits", "quota"]
            | ["orders", "client_order_id", _]
            | ["positions", "margined" | "close_all"]
            | ["wallet", "balances" | "transactions"]
            | ["users", "trading_preferences" | "margin_mode"]
            | ["heartbeat", "create"]
    )
}

fn director(method: &str, name: &str) -> Result<Director, NoCall> {
    match (method, name) {
        ("GET", "status") => Ok(Director::Status),
        ("GET", "ledger") => Ok(Director::Ledger),
        ("POST", "scenario") => Ok(Director::Scenario),
        ("POST", "fault") => Ok(Director::Fault),
        ("DELETE", "fault") => Ok(Director::ClearFaults),
        ("POST", "clock") => Ok(Director::Clock),
        ("POST", "reset") => Ok(Director::Reset),
        (_, "status" | "ledger" | "scenario" | "fault" | "clock" | "reset") => Err(NoCall::Method),
        _ => Err(NoCall::Path),
    }
}

impl Call<'_> {
    /// What the call costs of the quota.
    pub(super) const fn weight(self) -> u32 {
        match self {
            Self::Products
            | Self::Product(_)
            | Self::Tickers
            | Self::TickersOf(_)
            | Self::Book(_)
            | Self::Candles
            | Self::OpenOrders
            | Self::Positions
            | Self::MarginedPositions
            | Self::Balances => 3,
            Self::PlaceOrder | Self::EditOrder | Self::CancelOrder => 5,
            Self::OrderHistory | Self::Fills | Self::Transactions => 10,
            Self::PlaceBatch | Self::EditBatch | Self::CancelBatch => 25,
            _ => 1,
        }
    }

    /// Whether the call must be signed.
    pub(super) const fn is_private(self) -> bool {
        !matches!(
            self,
            Self::Products
                | Self::Product(_)
                | Self::Tickers
                | Self::TickersOf(_)
                | Self::Book(_)
                | Self::Candles
                | Self::Quota
                | Self::Director(_)
        )
    }

    /// Whether the call goes to the matching engine.
    pub(super) const fn trades(self) -> bool {
        matches!(
            self,
            Self::PlaceOrder
                | Self::EditOrder
                | Self::CancelOrder
                | Self::CancelAll
                | Self::PlaceBatch
                | Self::EditBatch
                | Self::CancelBatch
                | Self::CloseAll
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_call() {
        assert_eq!(find("GET", "/v2/products"), Ok(Call::Products));
        assert_eq!(find("GET", "/v2/tickers/A,B"), Ok(Call::TickersOf("A,B")));
        assert_eq!(find("DELETE", "/v2/orders/all"), Ok(Call::CancelAll));
        assert_eq!(find("GET", "/v2/orders/history"), Ok(Call::OrderHistory));
        assert_eq!(find("GET", "/v2/orders/7"), Ok(Call::Order("7")));
        assert_eq!(find("GET", "/sim/ledger"), Ok(Call::Director(Director::Ledger)));
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        assert_eq!(find("POST", "/v2/tickers"), Err(NoCall::Method));
        assert_eq!(find("POST", "/v2/orders/history"), Err(NoCall::Method));
        assert_eq!(find("GET", "/v2/orders/all"), Err(NoCall::Method));
        assert_eq!(find("GET", "/sim/reset"), Err(NoCall::Method));
        for path in ["", "/", "/v2", "/v1/orders", "/orders", "/v2/nothing", "/v2/orders/1/2"] {
            assert_eq!(find("GET", path), Err(NoCall::Path), "{path}");
        }
    }

    #[test]
    fn calls_cost_what_is_documented() {
        for (method, path, weight) in [
            ("GET", "/v2/orders", 3),
            ("GET", "/v2/wallet/balances", 3),
            ("POST", "/v2/orders", 5),
            ("GET", "/v2/fills", 10),
            ("POST", "/v2/orders/batch", 25),
            ("GET", "/v2/orders/7", 1),
            ("DELETE", "/v2/orders/all", 1),
        ] {
            assert_eq!(find(method, path).unwrap().weight(), weight, "{method} {path}");
        }
    }
}
