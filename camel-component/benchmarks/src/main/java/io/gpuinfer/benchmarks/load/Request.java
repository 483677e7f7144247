package io.gpuinfer.benchmarks.load;

import io.gpuinfer.serving.Priority;

/** A text that a caller wants an answer for. */
record Request(String text, Priority priority) {}
