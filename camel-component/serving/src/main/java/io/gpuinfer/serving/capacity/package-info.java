/**
 * Says beforehand what devices can serve: how fast, how long a caller waits, how much memory it
 * takes, how many devices a target needs. It knows what was measured of a model, and no device.
 */
package io.gpuinfer.serving.capacity;
