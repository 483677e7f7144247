package io.gpuinfer.benchmarks.load;

import org.apache.camel.Endpoint;

/**
 * A way to answer texts with their embeddings in a Camel route.
 *
 * @param name for tables
 * @param entrance of its route: takes a text, and answers {@code float[]}
 * @param settings what it runs with, in words
 */
record Contestant(String name, Endpoint entrance, String settings) {}
