/** A Spring Boot application that offers routes for texts, pictures and clips over HTTP. */
package io.gpuinfer.samples;
