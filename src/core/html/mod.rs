//! The slot scanner: finds slots in an HTML byte stream and says where to splice.
