/** Configures the component {@code gpu-infer} from the properties of a Spring Boot application. */
package io.gpuinfer.springboot;
