/**
 * What the routes that speak published protocols over HTTP need beside them: the Open Inference
 * Protocol, OpenAI's embeddings, and the administration of models. A face takes a request apart,
 * makes the answer, and tells of a failure as its protocol does.
 */
package io.gpuinfer.routes.http;
