package io.gpuinfer.tasks.detection;

import java.util.List;

/**
 * A box that a model proposes, in pixels of its input.
 *
 * @param type the number of its class, as the model counts
 * @param score how sure the model is
 */
record Candidate(int type, double score, Box box, List<Keypoint> keypoints) {}
