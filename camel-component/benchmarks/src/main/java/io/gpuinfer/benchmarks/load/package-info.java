/**
 * Loads the component in a Camel context: how many requests it answers, what it does with more of
 * them, and what others answer on the same cores.
 */
package io.gpuinfer.benchmarks.load;
