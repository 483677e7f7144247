/**
 * A broker, workers and load as processes on this machine: what the fleet does when workers die.
 */
package io.gpuinfer.samples.fleet.run;
