package io.gpuinfer.tasks.detection;
