/** Pictures of any kind as pixels, with limits that hold before anything is decoded. */
package io.gpuinfer.tasks.image;
