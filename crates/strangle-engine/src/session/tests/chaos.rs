//! Random exchanges, random crashes: the invariants hold and the end is flat.

use proptest::prelude::*;

use super::dice::Faults;
use super::world::{Desk, fields};
use crate::session::{Command, SessionState};

fn faults() -> impl Strategy<Value = Faults> {
    let level = || 0_u64..35;
    (level(), level(), level(), 0_u64..80, 0_u64..60, level(), 0_u64..60, 0_u64..60).prop_map(
        |(lose_answer, lose_request, refuse, partial, no_fill, look_up_fails, drops, late)| {
            Faults {
                lose_answer,
                lose_request,
                refuse,
                partial,
                no_fill,
                look_up_fails,
                stream_drops: drops,
                late_fills: late,
                no_commission: 50,
            }
        },
    )
}

fn run_to_the_end(desk: &mut Desk) {
    desk.until("over", |desk| desk.session.state().is_over());
    desk.check_end();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_bad_exchange_never_breaks_an_invariant(seed: u64, faults in faults()) {
        let mut desk = Desk::start(seed, faults, fields());

        run_to_the_end(&mut desk);
    }

    #[test]
    fn a_process_that_dies_all_the_time_neither_sells_nor_buys_twice(
        seed: u64, faults in faults(), crash in 1_u64..150,
    ) {
        let mut desk = Desk::start(seed, faults, fields());
        desk.crash = crash;
        let mut steps = 0;
        while !desk.session.state().is_over() && steps < 6_000 {
            desk.step();
            steps += 1;
        }
        desk.crash = 0;

        run_to_the_end(&mut desk);
    }

    #[test]
    fn a_panic_at_any_moment_ends_flat(
        seed: u64, faults in faults(), after in 0_u32..600, restarts: bool,
    ) {
        let mut desk = Desk::start(seed, faults, fields());
        for _ in 0..after {
            desk.step();
        }
        desk.command(&Command::Panic { by: "test".to_owned() });
        if restarts {
            desk.restart();
        }

        run_to_the_end(&mut desk);
        prop_assert_ne!(desk.state(), SessionState::Live);
    }
}

#[test]
fn the_same_inputs_give_the_same_facts() {
    let worst = Faults {
        lose_answer: 20,
        lose_request: 20,
        refuse: 10,
        partial: 60,
        no_fill: 30,
        look_up_fails: 20,
        stream_drops: 30,
        late_fills: 30,
        no_commission: 50,
    };
    let run = |seed| {
        let mut desk = Desk::start(seed, worst, fields());
        desk.crash = 20;
        desk.run(900);
        (desk.log, desk.acts)
    };

    assert_eq!(run(11), run(11));
}
