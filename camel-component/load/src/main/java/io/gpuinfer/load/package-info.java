/**
 * Loads an endpoint of a Camel context, by callers who wait for their answers or by requests at
 * times of their own, and writes down what becomes of each request. {@code ./bench load} and the
 * dashboard's load table are made with it.
 */
package io.gpuinfer.load;
