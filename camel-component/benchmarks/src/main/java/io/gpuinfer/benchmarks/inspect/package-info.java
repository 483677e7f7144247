/** {@code ./inspect}: what is to be known of a model before it is served. */
package io.gpuinfer.benchmarks.inspect;
