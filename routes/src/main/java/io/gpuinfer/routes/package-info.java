/**
 * What the YAML routes in {@code camel/} need beside them: requests, answers, the corpus of
 * sentences, and the circuit breakers.
 */
package io.gpuinfer.routes;
