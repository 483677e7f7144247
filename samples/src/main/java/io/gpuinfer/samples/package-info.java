/** A Spring Boot application that offers the routes of {@code gpu-infer-routes} over HTTP. */
package io.gpuinfer.samples;
