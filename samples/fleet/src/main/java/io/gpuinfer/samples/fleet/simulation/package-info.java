/** Fleets that no one machine can show, on a clock of their own. */
package io.gpuinfer.samples.fleet.simulation;
