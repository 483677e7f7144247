package io.gpuinfer.benchmarks.video;

/**
 * A clip's way through the route.
 *
 * @param name of the clip
 * @param clipSeconds how long it plays
 * @param seconds how long it took
 * @param firstSeconds until the first frame was read
 * @param frames that were read
 * @param segments of texts that were found
 * @param heap most bytes in use after a collection
 * @param resident most bytes of the process in main memory
 */
record ClipRun(
    String name,
    double clipSeconds,
    double seconds,
    double firstSeconds,
    int frames,
    int segments,
    long heap,
    long resident) {}
