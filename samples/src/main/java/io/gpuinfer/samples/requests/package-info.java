/**
 * What the application's own routes in {@code camel/} need beside them: requests, answers, the
 * corpus of sentences, and the preparation of clips.
 */
package io.gpuinfer.samples.requests;
