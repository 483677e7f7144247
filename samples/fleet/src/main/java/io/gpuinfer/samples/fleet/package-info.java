/** Inference by a fleet of workers that share the requests on a Kafka topic. */
package io.gpuinfer.samples.fleet;
