/**
 * Pictures in, boxes around things out. A request goes from {@link
 * io.gpuinfer.tasks.detection.DetectionTask} through the model to a head, which knows how a family
 * of models writes down its boxes, and through non-maximum suppression to the picture's own pixels.
 */
package io.gpuinfer.tasks.detection;
