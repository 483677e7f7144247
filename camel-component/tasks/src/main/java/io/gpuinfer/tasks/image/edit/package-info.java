/** Pictures made of pictures, in steps that are chained on the device. */
package io.gpuinfer.tasks.image.edit;
