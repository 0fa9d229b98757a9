export { startCluster, type RedisCluster } from "./cluster.ts"
export { startRedis, type RedisOptions, type RedisServer } from "./redis.ts"
export { startSentinelSetup, type SentinelSetup } from "./sentinels.ts"
export type { Server } from "./server.ts"
