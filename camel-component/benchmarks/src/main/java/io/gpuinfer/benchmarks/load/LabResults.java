package io.gpuinfer.benchmarks.load;

import io.gpuinfer.load.Measurement;
import java.util.List;

/**
 * All that a run of the load lab found.
 *
 * @param conditions under which it ran, a line each
 * @param peak with as many callers as it takes to keep the device busy
 */
record LabResults(
    List<String> conditions,
    Measurement peak,
    List<Level> levels,
    Contest.Result contest,
    List<OwnCost> ownCosts) {}
