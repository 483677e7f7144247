/** The client that {@code ./demo} runs: it sends requests, drills the fault, and prints. */
package io.gpuinfer.samples.demo;
