// The chain of the bench, in Postgres; everything that is not named here stands as ponder delivers it.
import { createConfig } from "ponder";
import { escrow } from "./escrow";

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.BENCH_DATABASE! },
  chains: { bench: { id: 11155111, rpc: process.env.BENCH_RPC! } },
  contracts: {
    Escrow: {
      chain: "bench",
      abi: escrow,
      address: process.env.BENCH_ESCROW as `0x${string}`,
      startBlock: 1,
      endBlock: Number(process.env.BENCH_END),
    },
  },
});
