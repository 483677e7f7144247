package io.gpuinfer.samples.fleet.simulation;

/**
 * How a fleet fared; times in seconds from a request's arrival to its answer.
 *
 * @param perSecond answers in a second while requests arrived
 * @param p50 what half of the requests took at most
 * @param p99 99 in 100
 * @param longest any one
 * @param lastSlow when, after the death of a worker, the last request came that took more than a
 *     second, in seconds since; 0 where none did
 */
record FleetForecast(double perSecond, double p50, double p99, double longest, double lastSlow) {}
