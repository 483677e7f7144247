/** Kernels of one's own in routes: a filter for pictures, a simulation of prices, and stars. */
package io.gpuinfer.samples.kernel;
