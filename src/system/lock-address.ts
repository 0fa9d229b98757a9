/** sizeof(sun_path), unix(7). */
const longest = 108

/**
 * Filled up with NULs to the full length: every byte counts in an abstract name, and Node fills up shorter ones or not,
 * depending on its version. Two versions must agree on who holds the lock.
 */
export const lockAddress = "\0evenkeel".padEnd(longest, "\0")
