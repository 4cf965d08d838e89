//! Tables published in the Uniform Practices, chapter Standard Formulas (1999), and in textbooks.

use super::{close, columns, level};
use crate::projection::Columns;

/// Row by row: performing balance, new defaults, in foreclosure, expected amortisation, voluntary
/// prepayments, amortisation from defaults, actual amortisation, expected interest, interest lost,
/// actual interest, recovery, loss, amortised default balance.
fn row(columns: &Columns, period: usize) -> [f64; 13] {
    [
        columns.balance[period - 1],
        columns.default[period - 1],
        columns.foreclosure_balance[period - 1],
        columns.expected_principal[period - 1],
        columns.prepayment[period - 1],
        columns.amortization_from_defaults[period - 1],
        columns.scheduled_principal[period - 1],
        columns.expected_interest[period - 1],
        columns.interest_lost[period - 1],
        columns.scheduled_interest[period - 1],
        columns.recovery[period - 1],
        columns.loss[period - 1],
        columns.liquidated[period - 1],
    ]
}

/// New defaults, expected amortisation, prepayments, amortisation from defaults, actual
/// amortisation, recovery, loss, amortised default balance.
fn totals(columns: &Columns) -> [f64; 8] {
    [
        &columns.default,
        &columns.expected_principal,
        &columns.prepayment,
        &columns.amortization_from_defaults,
        &columns.scheduled_principal,
        &columns.recovery,
        &columns.loss,
        &columns.liquidated,
    ]
    .map(|column| column.iter().sum())
}

#[test]
fn one_per_cent_smm_and_mdr_give_cash_flow_a() {
    let found = columns(
        &[level(100e6, 0.08, 360, 0)],
        r#"{"prepayment":{"model":"smm",
            "value":0.01},
            "default":{"model":"mdr",
            "value":0.01},
            "severity":{"model":"constant",
            "value":0.2},
            "recovery_lag_months":12,
            "advances":"principal_and_interest"}"#,
    );

    let rows = [
        (
            1,
            [
                97_934_244.0,
                1_000_000.0,
                999_329.0,
                67_098.0,
                999_329.0,
                671.0,
                66_427.0,
                666_667.0,
                6_667.0,
                660_000.0,
                0.0,
                0.0,
                0.0,
            ],
        ),
        (
            2,
            [
                95_910_689.0,
                979_342.0,
                1_977_334.0,
                66_870.0,
                978_680.0,
                1_337.0,
                65_532.0,
                659_557.0,
                13_191.0,
                646_366.0,
                0.0,
                0.0,
                0.0,
            ],
        ),
        (
            12,
            [
                77_816_148.0,
                794_620.0,
                10_674_244.0,
                64_994.0,
                794_042.0,
                7_770.0,
                57_223.0,
                595_663.0,
                71_213.0,
                524_449.0,
                0.0,
                0.0,
                0.0,
            ],
        ),
        (
            13,
            [
                76_203_943.0,
                778_161.0,
                10_453_093.0,
                64_118.0,
                777_591.0,
                7_666.0,
                56_453.0,
                589_936.0,
                76_349.0,
                513_587.0,
                791_646.0,
                200_000.0,
                991_646.0,
            ],
        ),
        (
            14,
            [
                74_624_734.0,
                762_039.0,
                10_236_469.0,
                63_255.0,
                761_477.0,
                7_562.0,
                55_693.0,
                577_714.0,
                74_768.0,
                502_946.0,
                775_233.0,
                195_868.0,
                971_101.0,
            ],
        ),
        (
            48,
            [
                36_484_857.0,
                372_649.0,
                5_004_723.0,
                39_893.0,
                372_294.0,
                4_769.0,
                35_123.0,
                282_511.0,
                36_563.0,
                245_948.0,
                378_868.0,
                96_016.0,
                474_884.0,
            ],
        ),
        (
            60,
            [
                28_288_335.0,
                288_958.0,
                3_880_385.0,
                33_903.0,
                288_656.0,
                4_053.0,
                29_850.0,
                219_063.0,
                28_351.0,
                190_712.0,
                293_702.0,
                74_530.0,
                368_232.0,
            ],
        ),
    ];
    for (period, wanted) in rows {
        for (found, wanted) in row(&found, period).into_iter().zip(wanted) {
            close(found, wanted, 0.51);
        }
    }
    let wanted = [
        47_576_640.0,
        5_510_477.0,
        47_527_662.0,
        614_780.0,
        4_895_697.0,
        37_446_547.0,
        9_515_314.0,
        46_961_860.0,
    ];
    for (found, wanted) in totals(&found).into_iter().zip(wanted) {
        close(found, wanted, 0.51);
    }
}

#[test]
fn psa_150_and_sda_100_give_cash_flow_b() {
    let found = columns(
        &[level(100e6, 0.08, 360, 0)],
        r#"{"prepayment":{"model":"psa",
            "value":150},
            "default":{"model":"sda",
            "value":100},
            "severity":{"model":"constant",
            "value":0.2},
            "recovery_lag_months":12,
            "advances":"principal_and_interest"}"#,
    );

    let rows = [
        (
            1,
            [
                99_906_219.0,
                1_667.0,
                1_666.0,
                67_098.0,
                25_018.0,
                1.0,
                67_097.0,
                666_667.0,
                11.0,
                666_656.0,
                0.0,
                0.0,
                0.0,
            ],
        ),
        (
            2,
            [
                99_785_306.0,
                3_331.0,
                4_993.0,
                67_528.0,
                50_057.0,
                3.0,
                67_525.0,
                666_053.0,
                33.0,
                666_019.0,
                0.0,
                0.0,
                0.0,
            ],
        ),
        (
            13,
            [
                96_685_496.0,
                21_063.0,
                147_113.0,
                71_246.0,
                321_121.0,
                108.0,
                71_138.0,
                648_178.0,
                992.0,
                647_185.0,
                1_320.0,
                333.0,
                1_653.0,
            ],
        ),
        (
            30,
            [
                86_051_329.0,
                43_543.0,
                441_856.0,
                72_531.0,
                679_304.0,
                368.0,
                72_163.0,
                581_822.0,
                3_136.0,
                578_685.0,
                22_515.0,
                5_696.0,
                28_212.0,
            ],
        ),
        (
            31,
            [
                85_263_063.0,
                43_144.0,
                455_009.0,
                72_421.0,
                673_082.0,
                381.0,
                72_039.0,
                576_621.0,
                3_233.0,
                573_388.0,
                23_631.0,
                5_979.0,
                29_611.0,
            ],
        ),
        (
            60,
            [
                65_098_221.0,
                32_948.0,
                413_725.0,
                68_966.0,
                513_897.0,
                432.0,
                68_534.0,
                440_875.0,
                3_004.0,
                437_871.0,
                29_054.0,
                7_373.0,
                36_426.0,
            ],
        ),
        (
            61,
            [
                64_488_603.0,
                32_121.0,
                409_329.0,
                68_848.0,
                509_080.0,
                431.0,
                68_417.0,
                436_746.0,
                2_972.0,
                433_774.0,
                28_781.0,
                7_304.0,
                36_085.0,
            ],
        ),
        (
            120,
            [
                36_902_132.0,
                932.0,
                32_329.0,
                62_781.0,
                291_172.0,
                55.0,
                62_726.0,
                248_622.0,
                249.0,
                248_374.0,
                3_918.0,
                1_003.0,
                4_921.0,
            ],
        ),
        (
            121,
            [
                36_550_166.0,
                923.0,
                28_652.0,
                62_697.0,
                288_395.0,
                49.0,
                62_648.0,
                246_230.0,
                222.0,
                246_008.0,
                3_624.0,
                928.0,
                4_552.0,
            ],
        ),
    ];
    for (period, wanted) in rows {
        for (found, wanted) in row(&found, period).into_iter().zip(wanted) {
            close(found, wanted, 0.51);
        }
    }
    let wanted = [
        2_776_019.0,
        21_208_767.0,
        76_052_023.0,
        36_809.0,
        21_171_958.0,
        2_184_008.0,
        555_201.0,
        2_739_209.0,
    ];
    for (found, wanted) in totals(&found).into_iter().zip(wanted) {
        close(found, wanted, 0.51);
    }
}

/// SF-20: cumulative defaults of new 8 % 30-year loans, per cent, by PSA and SDA.
#[test]
fn the_published_matrix_of_cumulative_defaults_is_met() {
    let rows = [
        (100, [1.56, 3.09, 4.59, 6.08, 7.53, 8.97]),
        (150, [1.4, 2.78, 4.13, 5.47, 6.79, 8.08]),
        (200, [1.26, 2.51, 3.74, 4.95, 6.14, 7.32]),
        (300, [1.05, 2.08, 3.1, 4.11, 5.1, 6.08]),
    ];
    for (psa, wanted) in rows {
        for (sda, wanted) in [50, 100, 150, 200, 250, 300].into_iter().zip(wanted) {
            let request = format!(
                r#"{{"prepayment":{{"model":"psa","value":{psa}}},"default":{{"model":"sda","value":{sda}}},
                "severity":{{"model":"constant","value":0.2}},"recovery_lag_months":12,
                "advances":"principal_and_interest"}}"#
            );
            let found = columns(&[level(100.0, 0.08, 360, 0)], &request);
            close(found.default.iter().sum(), wanted, 0.0051);
        }
    }
}

#[test]
fn a_seasoned_pass_through_pays_what_the_textbook_says() {
    let found = columns(
        &[level(400e6, 0.08125, 357, 3)],
        r#"{"prepayment":{"model":"psa","value":100},"default":{"model":"none"},"servicing_fee":0.00625}"#,
    );

    close(found.scheduled_principal[0], 267_535.0, 0.51);
    close(found.prepayment[0], 267_470.0, 0.51);
    close(found.scheduled_interest[0] - found.servicing_fee[0], 2_500_000.0, 0.51);
    close(found.cash()[0], 3_035_005.0, 0.51);
}

/// SF-4: 9 % pass-through, 9.5 % loans, 150 PSA, first month, per unit of balance.
#[test]
fn the_first_month_of_a_pass_through_has_the_published_parts() {
    let found = columns(
        &[level(1.0, 0.095, 360, 0)],
        r#"{"prepayment":{"model":"psa","value":150},"default":{"model":"none"},"servicing_fee":0.005}"#,
    );

    close(found.scheduled_principal[0], 0.000_491_88, 5.1e-9);
    close(found.prepayment[0], 0.000_250_22, 5.1e-9);
    close(found.scheduled_interest[0], 0.007_916_67, 5.1e-9);
    close(found.servicing_fee[0], 0.000_416_67, 5.1e-9);
    close(found.cash()[0], 0.008_242_1, 5.1e-9);
}

/// Twelve months, few enough to check by hand.
#[test]
fn a_small_pool_without_advances_pays_what_a_hand_calculation_says() {
    let found = columns(
        &[level(1200.0, 0.12, 12, 0)],
        r#"{"prepayment":{"model":"smm","value":0.02},"default":{"model":"mdr","value":0.01},
            "severity":{"model":"constant","value":0.4},"recovery_lag_months":3}"#,
    );

    // Interest, scheduled principal, prepayment, default, recovery, loss, performing, foreclosure.
    let rows = [
        [11.88, 93.672_360_949_9, 22.107_629_071_7, 12.0, 0.0, 0.0, 1_072.220_009_98, 12.0],
        [
            10.614_978_098_8,
            91.770_812_022_6,
            19.590_444_401_1,
            10.722_200_099_8,
            0.0,
            0.0,
            950.136_553_455,
            22.722_200_099_8,
        ],
        [
            9.406_351_879_2,
            89.907_864_538_5,
            17.186_410_573_4,
            9.501_365_534_55,
            0.0,
            0.0,
            833.540_912_808,
            32.223_565_634_3,
        ],
        [
            8.252_055_036_8,
            88.082_734_888_4,
            14.891_369_066_5,
            8.335_409_128_08,
            7.2,
            4.8,
            722.231_399_725,
            28.558_974_762_4,
        ],
        [
            7.150_090_857_28,
            86.294_655_370_2,
            12.701_301_623_4,
            7.222_313_997_25,
            6.433_320_059_87,
            4.288_880_039_91,
            616.013_128_735,
            25.059_088_659_9,
        ],
        [
            6.098_529_974_47,
            84.542_873_866_1,
            10.612_325_728_9,
            6.160_131_287_35,
            5.700_819_320_73,
            3.800_546_213_82,
            514.697_797_852,
            21.717_854_412_7,
        ],
        [
            5.095_508_198_74,
            82.826_653_526_7,
            8.620_690_229_23,
            5.146_977_978_52,
            5.001_245_476_85,
            3.334_163_651_23,
            418.103_476_118,
            18.529_423_263_1,
        ],
        [
            4.139_224_413_57,
            81.145_272_460_1,
            6.722_771_088_82,
            4.181_034_761_18,
            4.333_388_398_35,
            2.888_925_598_9,
            326.054_397_808,
            15.488_144_027,
        ],
        [
            3.227_938_538_3,
            79.498_023_429_1,
            4.915_067_280_82,
            3.260_543_978_08,
            3.696_078_772_41,
            2.464_052_514_94,
            238.380_763_12,
            12.588_556_717_8,
        ],
        [
            2.383_807_631_2,
            78.670_922_781_3,
            3.194_196_806_77,
            0.0,
            3.088_186_787_11,
            2.058_791_191_41,
            156.515_643_532,
            7.441_578_739_26,
        ],
        [
            1.565_156_435_32,
            77.868_479_369,
            1.572_943_283_25,
            0.0,
            2.508_620_856_71,
            1.672_413_904_47,
            77.074_220_879_4,
            3.260_543_978_08,
        ],
        [
            0.770_742_208_794,
            77.074_220_879_4,
            0.0,
            0.0,
            1.956_326_386_85,
            1.304_217_591_23,
            0.0,
            0.0,
        ],
    ];
    assert_eq!(found.periods(), rows.len());
    for (position, wanted) in rows.into_iter().enumerate() {
        let row = [
            found.scheduled_interest[position],
            found.scheduled_principal[position],
            found.prepayment[position],
            found.default[position],
            found.recovery[position],
            found.loss[position],
            found.balance[position],
            found.foreclosure_balance[position],
        ];
        for (found, wanted) in row.into_iter().zip(wanted) {
            close(found, wanted, 1e-8);
        }
    }
}
