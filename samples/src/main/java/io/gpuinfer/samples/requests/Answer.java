package io.gpuinfer.samples.requests;

import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.ocr.OcrResult;

/**
 * The answer to a {@link UserRequest}.
 *
 * @param requestId the request's own
 * @param requestType the request's own
 * @param result a {@link TextResult}, {@link OcrResult} or {@link VideoResult}
 * @param degraded whether the device could not answer, and the host's CPU engine did
 * @param device what ran the model; for a clip, what ran it for the last frame
 * @param modelVersion version of the model that answered
 * @param queueMillis time waited for the device, over all runs of the model
 * @param computeMillis time on the device, over all runs of the model
 * @param state how well the model that answered is served
 */
public record Answer(
    int requestId,
    String requestType,
    Object result,
    boolean degraded,
    String device,
    String modelVersion,
    double queueMillis,
    double computeMillis,
    ServerState state) {}
