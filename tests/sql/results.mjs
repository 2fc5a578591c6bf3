// What compares sums of the ledger with those that SQL computes.
import { readFileSync } from "node:fs";

export const COLUMNS = ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"];

/** @param {Record<string, any>} row */
export const keyOf = ({ experiment, arm, epoch, slice, goal }) => [experiment, arm, epoch, slice, goal].join(" ");

/** The views that the command writes beside its files. @param {"ndjson" | "parquet"} format */
export const queries = (format) => [format, "results"].map((name) => readFileSync(new URL(`../../src/cli/measurement/${name}.sql`, import.meta.url), "utf8")).join("\n");
