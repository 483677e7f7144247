/**
 * A worker: a Camel application that answers requests from Kafka with a model on its own device.
 */
package io.gpuinfer.samples.fleet.worker;
